import { expect, test } from 'vitest';
import { explainPipFailure } from './pip-failure.ts';

const [OPEN, KNOWN] = ['https://open.example/simple/', 'https://u:pw@corp.example:8443/simple/'];
const missing = ['ERROR: Could not find a version that satisfies the requirement acme==1.0.0 (from versions: none)', 'ERROR: No matching distribution found for acme==1.0.0'];

test.each([
  ['no credentials', [OPEN], ['Could not fetch URL https://open.example/simple/acme/: 401 Client Error: Unauthorized for url: https://open.example/simple/acme/ - skipping', ...missing], 'SOURCE_UNREACHABLE', 'open.example wants credentials, and your configuration has none for it: pypi:acme'],
  ['credentials that do not count', [KNOWN], ['Could not fetch URL https://u:****@corp.example:8443/simple/acme/: 403 Client Error: Forbidden for url: https://corp.example:8443/simple/acme/ - skipping', ...missing], 'SOURCE_UNREACHABLE', 'corp.example:8443 refuses what your configuration has for it (HTTP 403): pypi:acme'],
  ['another archive', [KNOWN], ['ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.'], 'BUILD_FAILED', 'is not the one of the lock'],
  ['an archive that is gone', [KNOWN], missing, 'RESOLUTION_FAILED', 'acme==1.0.0 of the lock has no wheel at corp.example:8443'],
  ['nobody there', [KNOWN], ["WARNING: Retrying after connection broken by 'NewConnectionError': /simple/acme/", ...missing.slice(0, 1)], 'SOURCE_UNREACHABLE', 'corp.example:8443 does not answer'],
  ['a base without pip', [KNOWN], ['/usr/bin/python3: No module named pip'], 'RESOLUTION_FAILED', 'no pip'],
] as const)('%s', (_, extra, output, code, message) => {
  const diagnosis = explainPipFailure(output, 'acme', { index: undefined, extra });
  expect(diagnosis).toMatchObject({ code, message: expect.stringContaining(message) });
  expect(JSON.stringify(diagnosis)).not.toContain('pw');
});

test('what is not known is not explained', () => {
  expect(explainPipFailure(['Killed'], 'acme', { index: undefined, extra: [] })).toBeUndefined();
});
