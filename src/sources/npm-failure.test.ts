import { expect, test } from 'vitest';
import { explainNpmFailure } from './npm-failure.ts';

const TOP = { package: 'top', version: '1.0.0' };
const said = (...lines: string[]): string[] => ['some noise', ...lines.map((line) => `npm error ${line}`), 'npm error A complete log of this run can be found in: /tmp/x.log'];

/* What npm 11 says, word for word. */
test.each([
  ['a version that is gone', said('code ETARGET', 'notarget No matching version found for rot@7.2.0.', 'notarget In most cases you or one of your dependencies are requesting a package version that doesn\'t exist.'),
    'RESOLUTION_FAILED', 'rot@7.2.0, wanted by a dependency of top 1.0.0, does not exist', "--override 'rot@>=7.2.0'"],
  ['a range that nothing fits', said('code ETARGET', 'notarget No matching version found for @s/rot@^9 || ^10.'), 'RESOLUTION_FAILED', '@s/rot@^9 || ^10, wanted by', "--override '@s/rot@latest'"],
  ['the version itself', said('code ETARGET', 'notarget No matching version found for top@1.0.0.'), 'VERSION_NOT_FOUND', 'npm:top has no version 1.0.0', 'npm:top'],
  ['a package that is gone', said('code E404', '404 Not Found - GET https://registry.example/gone', '404', "404  The requested resource 'gone@^1' could not be found or you do not have permission to access it."),
    'RESOLUTION_FAILED', 'gone@^1, wanted by a dependency of top 1.0.0, is not in the registry', 'older version'],
  ['the package itself', said('code E404', '404 Not Found - GET https://registry.example/top', "404  The requested resource 'top@1.0.0' could not be found or you do not have permission to access it."), 'PACKAGE_NOT_FOUND', 'top', 'cc-mcp search'],
  ['an address that is gone', said('code E404', '404 Not Found - GET http://host/u.tgz', "404  The requested resource 'u@http://host/u.tgz' could not be found or you do not have permission to access it."), 'RESOLUTION_FAILED', 'comes from an address', '--override'],
  ['a git repository', said('code ENOENT', 'syscall spawn git', 'path git', 'errno -2', 'enoent An unknown git error occurred'), 'RESOLUTION_FAILED', 'git repository', '--override'],
  ['a workspace address', said('code EUNSUPPORTEDPROTOCOL', 'Unsupported URL Type "workspace:": workspace:*'), 'RESOLUTION_FAILED', 'workspace:*', '--override'],
  ['another platform', said('code EBADPLATFORM', 'notsup Unsupported platform for plat@1.0.0: wanted {"os":"win32"} (current: {"os":"linux"})'), 'RESOLUTION_FAILED', 'plat@1.0.0', ''],
  ['peers that contradict', said('code ERESOLVE', 'ERESOLVE unable to resolve dependency tree', '', 'While resolving: undefined@undefined', 'Found: rot@8.0.0', 'Could not resolve dependency:', 'peer rot@"^1" from a@1.0.0'), 'RESOLUTION_FAILED', 'rot@^1 from a@1.0.0', "--override 'rot@RANGE'"],
  ['an override of itself', said('code EOVERRIDE', 'Override for top@1.0.0 conflicts with direct dependency'), 'INVALID_VALUE', 'top@1.0.0', 'reference'],
  ['no connection', said('code ECONNREFUSED', 'syscall connect', 'FetchError: request to http://127.0.0.1:9/top failed, reason: connect ECONNREFUSED 127.0.0.1:9'), 'SOURCE_UNREACHABLE', 'ECONNREFUSED 127.0.0.1:9', 'network'],
  ['no name', said('code ENOTFOUND', 'network request to http://nohost.invalid/top failed, reason: getaddrinfo ENOTFOUND nohost.invalid'), 'SOURCE_UNREACHABLE', 'nohost.invalid', 'network'],
  ['a server error', said('code E500', '500 Internal Server Error - GET http://127.0.0.1:8766/boom'), 'SOURCE_UNREACHABLE', '500 Internal Server Error', 'network'],
  ['too many requests', said('code E429', '429 Too Many Requests - GET http://127.0.0.1:8766/ratel'), 'SOURCE_UNREACHABLE', '429', 'network'],
  ['no credentials', said('code E401', '401 Unauthorized - GET https://private.example/@corp%2fx'), 'SOURCE_UNREACHABLE', 'private.example wants credentials, and your npm configuration has none for it: npm:@corp/x', 'npm login --registry=https://private.example/'],
  ['no entrance', said('code E403', '403 Forbidden - GET https://private.example/@corp%2fx'), 'SOURCE_UNREACHABLE', 'private.example refuses npm:@corp/x (HTTP 403), and your npm configuration has no credentials for it', '_authToken'],
  ['a certificate', said('code SELF_SIGNED_CERT_IN_CHAIN', 'errno SELF_SIGNED_CERT_IN_CHAIN'), 'SOURCE_UNREACHABLE', 'certificate', 'NODE_EXTRA_CA_CERTS'],
  ['another archive', said('code EINTEGRITY', 'sha512-AAAA integrity checksum failed when using sha512: wanted sha512-AAAA but got sha512-BBBB. (99 bytes)'), 'BUILD_FAILED', 'integrity checksum failed', 'do not install'],
  ['something new', said('code ESOMETHING', 'odd words'), 'RESOLUTION_FAILED', 'ESOMETHING: odd words', ''],
])('%s', (_, output, code, message, suggestion) => {
  const diagnosis = explainNpmFailure(output, TOP);
  expect(diagnosis).toMatchObject({ code, message: expect.stringContaining(message) });
  expect(diagnosis?.suggestions.join('\n')).toContain(suggestion);
  expect(diagnosis?.message).not.toContain('\n');
});

test('a log in which npm says nothing has no diagnosis', () => {
  expect(explainNpmFailure(['Step 1/9 : FROM base', 'COPY failed: no space left on device'], TOP)).toBeUndefined();
});

test('older npm spells its prefix in another way', () => {
  expect(explainNpmFailure(['npm ERR! code ETARGET', 'npm ERR! notarget No matching version found for rot@1.0.0.'])).toMatchObject({ message: 'rot@1.0.0, wanted by a dependency, does not exist' });
});
