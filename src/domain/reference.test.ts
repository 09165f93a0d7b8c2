import { describe, expect, test } from 'vitest';
import { CcMcpError } from './errors.ts';
import { parseReference } from './reference.ts';

function failure(input: string): CcMcpError {
  try {
    parseReference(input);
  } catch (error) {
    if (error instanceof CcMcpError) return error;
    throw error;
  }
  throw new Error(`accepted: ${input}`);
}

describe('references that are understood', () => {
  test.each([
    ['postgres-mcp', { kind: 'index', name: 'postgres-mcp' }],
    ['postgres-mcp@2.1.0', { kind: 'index', name: 'postgres-mcp', version: '2.1.0' }],
    ['postgres-mcp@^0.3', { kind: 'index', name: 'postgres-mcp', version: '^0.3' }],
    ['npm:left-pad', { kind: 'npm', package: 'left-pad' }],
    ['npm:JSONStream@1', { kind: 'npm', package: 'JSONStream', range: '1' }],
    ['npm:@scope/pkg@1.2.3', { kind: 'npm', package: '@scope/pkg', range: '1.2.3' }],
    ['npm:@scope/pkg@>=1 <2 || ^3', { kind: 'npm', package: '@scope/pkg', range: '>=1 <2 || ^3' }],
    ['npm:pkg@next', { kind: 'npm', package: 'pkg', range: 'next' }],
    ['pypi:mcp-server-fetch', { kind: 'pypi', package: 'mcp-server-fetch' }],
    ['pypi:mcp-server-fetch@2025.4.7', { kind: 'pypi', package: 'mcp-server-fetch', range: '2025.4.7' }],
    ['pypi:mcp-server-fetch==2025.4.7', { kind: 'pypi', package: 'mcp-server-fetch', range: '2025.4.7' }],
    ['pypi:mcp-server-fetch>=2025,<2026', { kind: 'pypi', package: 'mcp-server-fetch', range: '>=2025,<2026' }],
    ['pypi:Some.Name_x@1.0rc1.post2.dev3+local.1', { kind: 'pypi', package: 'Some.Name_x', range: '1.0rc1.post2.dev3+local.1' }],
    ['git+https://host/owner/repo', { kind: 'git', package: 'https://host/owner/repo' }],
    ['git+https://host/owner/repo.git@v1.2.3#src/server', { kind: 'git', package: 'https://host/owner/repo.git', range: 'v1.2.3', path: 'src/server' }],
    ['git+https://host/repo@feature/x#subdirectory=a/b/', { kind: 'git', package: 'https://host/repo', range: 'feature/x', path: 'a/b' }],
    ['git+ssh://git@host/owner/repo@main', { kind: 'git', package: 'ssh://git@host/owner/repo', range: 'main' }],
    ['git+file:///srv/repo', { kind: 'git', package: 'file:///srv/repo' }],
    ['./folder', { kind: 'local', package: './folder' }],
    ['../folder', { kind: 'local', package: '../folder' }],
    ['.', { kind: 'local', package: '.' }],
    ['/opt/server', { kind: 'local', package: '/opt/server' }],
    ['~/server', { kind: 'local', package: '~/server' }],
    ['pypi:pkg@^0.3', { kind: 'pypi', package: 'pkg', range: '^0.3' }],
    ['go:github.com/grafana/mcp-grafana/cmd/mcp-grafana', { kind: 'go', package: 'github.com/grafana/mcp-grafana/cmd/mcp-grafana' }],
    ['go:example.com/server@v1.2.3', { kind: 'go', package: 'example.com/server', range: 'v1.2.3' }],
    ['go:example.com/server@1.2.3', { kind: 'go', package: 'example.com/server', range: 'v1.2.3' }],
    ['docker:ghcr.io/x/y', { kind: 'docker', package: 'ghcr.io/x/y' }],
    ['oci:localhost:5000/y:1.2', { kind: 'docker', package: 'localhost:5000/y', range: '1.2' }],
    ['go:example.com/server@v1', { kind: 'go', package: 'example.com/server', range: 'v1' }],
  ])('%s', (input, expected) => {
    expect(parseReference(input)).toEqual(expected);
  });
});

describe('kinds that come later are refused by name', () => {
  test.each([
    ['https://github.com/some/repo', 'git repository'],
    ['file:///folder', 'local folder'],
    ['io.github.user/name', 'official registry'],
    ['io.github.user/name@1.0.0', 'official registry'],
  ])('%s', (input, what) => {
    const error = failure(input);
    expect(error.code).toBe('UNSUPPORTED');
    expect(error.exitCode).toBe(2);
    expect(error.message).toContain(what);
    expect(error.suggestions.join(' ')).toContain('npm:PACKAGE');
  });
});

test('a bare scoped name is answered with the spelling that works', () => {
  expect(failure('@scope/pkg').suggestions).toEqual(['npm:@scope/pkg']);
  expect(failure('@scope/pkg@1.2.3').suggestions).toEqual(['npm:@scope/pkg@1.2.3']);
});

describe('hostile input is INVALID_REFERENCE in one line', () => {
  const hostile = [
    '', ' ', '-', '--help', '-rf', 'a b', 'a\nb', 'a\0b', 'a\u202Eb', 'пакет', 'a'.repeat(401), 'a'.repeat(101), 'a/b', 'a\\b', 'a..b', '..name',
    '$(id)', '`id`', 'a;id', 'a|id', 'a&id', 'a>b', "a'b", 'a"b', 'a*', 'a?', 'a{b}', 'a#b', '%2e%2e', 'a@', 'a@ 1', 'a@1;id', 'a@../1', 'a@1..2', 'C:\\x', 'foo:bar',
    'NPM:pkg', 'npm:', 'npm:@', 'npm:@/x', 'npm:@a', 'npm:@a/', 'npm:@a/b/c', 'npm:@../x', 'npm:../x', 'npm:a/b', 'npm:-g', 'npm:.bin', 'npm:_x', 'npm:node_modules',
    'npm:a@', 'npm:a@npm:evil@1', 'npm:a@file:../x', 'npm:a@git+ssh://h/x', 'npm:a@http://h/x.tgz', 'npm:a@user/repo', 'npm:a@1 ', 'npm:a@latest;id', `npm:${'a'.repeat(215)}`,
    'npm:a@\t1', 'npm:--registry=http://h', 'npm:a@--registry',
    'git+', 'git+host/repo', 'git+https://', 'git+https://host/', 'git+https://user:secret@host/repo', 'git+ftp://host/repo', 'git+ext::sh -c id', 'git+ssh://-oProxyCommand=id/x', 'git+ssh://a:b@host/x',
    'git+https://host/repo@--upload-pack=id', 'git+https://host/repo@-x', 'git+https://host/repo@a..b', 'git+https://host/repo@a@{0}', 'git+https://host/repo#../x', 'git+https://host/repo#.git', 'git+https://host/repo#/etc/../x',
    'git+https://host/repo?x=1', 'git+https://host/$(id)', 'git+file://host/x', 'git+https://host/repo@',
    'pypi:', 'pypi:-r', 'pypi:a-', 'pypi:a/b', 'pypi:../a', 'pypi:a..b', 'pypi:a[cli]', 'pypi:a[cli]==1', 'pypi:a @ http://h/x', 'pypi:a@http://h/x', 'pypi:a;python_version<"3"',
    'pypi:a==1 --index-url=http://h', 'pypi:a===x', 'pypi:a@1,', 'pypi:a@', 'pypi:a==', 'pypi:a@file:///x', 'pypi:a@1 2', `pypi:a@${'1'.repeat(300)}`,
  ];
  test.each(hostile.map((input) => [JSON.stringify(input).slice(0, 60), input] as const))('%s', (_, input) => {
    const error = failure(input);
    expect(error.code).toBe('INVALID_REFERENCE');
    expect(error.exitCode).toBe(2);
    expect(error.message).not.toMatch(/[\n\0\u202E]/);
    expect(error.message.length).toBeLessThan(300);
  });
});
