import { describe, expect, test } from 'vitest';
import { parsePypiLock } from './pypi-lock.ts';

const HASH = `    --hash=sha256:${'0a'.repeat(32)}`;
const entry = (requirement: string): string => `${requirement} \\\n${HASH} \\\n${HASH}\n`;
const GOOD = `${entry('mcp-server==1.2.3')}${entry("pywin32==311 ; sys_platform == 'win32'")}${entry("numpy==1.26 ; python_full_version < '3.12'")}${entry("numpy==2.1 ; (python_full_version >= '3.12' and platform_machine != 's390x') or os_name not in 'a b'")}`;

test('a lock of uv is read', () => {
  expect(parsePypiLock(GOOD, 'MCP_Server', '1.2.3')).toEqual([
    { name: 'mcp-server', version: '1.2.3', conditional: false }, { name: 'pywin32', version: '311', conditional: true }, { name: 'numpy', version: '1.26', conditional: true },
    { name: 'numpy', version: '2.1', conditional: true },
  ]);
});

describe('hostile locks are LOCK_INVALID and the line is named', () => {
  test.each([
    ['an index', `--index-url https://evil.example/\n${GOOD}`, 1],
    ['another index', `${GOOD}--extra-index-url https://evil.example/\n`, 13],
    ['a place to look', `--find-links /tmp\n${GOOD}`, 1],
    ['another file', `-r other.txt\n${GOOD}`, 1],
    ['an editable folder', `-e .\n${GOOD}`, 1],
    ['an address', `${GOOD}${entry('evil @ https://evil.example/evil.whl')}`, 13],
    ['a bare address', `${GOOD}https://evil.example/evil.whl \\\n${HASH}\n`, 13],
    ['a path', `${GOOD}./evil.whl \\\n${HASH}\n`, 13],
    ['no hash', `${GOOD}evil==1.0\n`, 13],
    ['a hash that is missing', `${GOOD}evil==1.0 \\\n`, 13],
    ['a weak hash', `${GOOD}evil==1.0 \\\n    --hash=md5:00\n`, 14],
    ['an option after the hash', `${GOOD}evil==1.0 \\\n${HASH} --pre\n`, 14],
    ['an option before the hash', `${GOOD}evil==1.0 --config-settings=x \\\n${HASH}\n`, 13],
    ['a range', `${GOOD}${entry('evil>=1.0')}`, 13],
    ['a wildcard', `${GOOD}${entry('evil==1.*')}`, 13],
    ['extras', `${GOOD}${entry('evil[x]==1.0')}`, 13],
    ['a comment', `# hello\n${GOOD}`, 1],
    ['an empty line', `${GOOD}\n`, 13],
    ['a variable', `${GOOD}${entry('evil==${V}')}`, 13],
    ['an odd condition', `${GOOD}${entry("evil==1.0 ; extra == 'x'")}`, 13],
    ['a condition with code', `${GOOD}${entry("evil==1.0 ; __import__('os')")}`, 13],
    ['parentheses that do not close', `${GOOD}${entry("evil==1.0 ; (os_name == 'x'")}`, 13],
    ['a package twice', `${GOOD}${entry('mcp.server==9.9')}`, 13],
    ['carriage returns', GOOD.replaceAll('\n', '\r\n'), 1],
    ['an end that is missing', GOOD.trimEnd(), 12],
    ['another package', entry('other==1.2.3'), 1],
    ['another version', entry('mcp-server==1.2.4'), 1],
    ['nothing', '', 1],
  ])('%s', (_, content, line) => {
    expect(() => parsePypiLock(content, 'mcp-server', '1.2.3')).toThrow(expect.objectContaining({ code: 'LOCK_INVALID', exitCode: 5, details: { package: 'mcp-server', line }, message: expect.stringMatching(new RegExp(`^Line ${line} `)) }));
  });
});

test('a long hostile condition is read in time', () => {
  const begin = performance.now();
  expect(() => parsePypiLock(entry(`evil==1.0 ; ${'('.repeat(50_000)}os_name${' and os_name'.repeat(50_000)}`), 'mcp-server', '1.2.3')).toThrow();
  expect(performance.now() - begin).toBeLessThan(1000);
});
