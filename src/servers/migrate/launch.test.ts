import { describe, expect, it } from 'vitest';
import { CcMcpError } from '../../domain/errors.ts';
import { readLaunch } from './launch.ts';

const read = (...words: readonly string[]): object => {
  const [command = '', ...args] = words;
  const { type, package: name, range, bin, overrides, arguments: rest, environment, dropped } = readLaunch('it', { command, args });
  const some = (key: string, value: readonly unknown[] | object): object => (Object.keys(value).length === 0 ? {} : { [key]: value });
  return { is: `${type}:${name}${range === undefined ? '' : `@${range}`}`, ...(bin === undefined ? {} : { bin }), ...some('args', rest), ...some('overrides', overrides), ...some('environment', environment), ...some('dropped', dropped) };
};

describe('[N8] readLaunch', () => {
  it.each([
    [['npx', '-y', '@modelcontextprotocol/server-filesystem', '/home/me'], { is: 'npm:@modelcontextprotocol/server-filesystem', args: ['/home/me'] }],
    [['npx', '@scope/pkg'], { is: 'npm:@scope/pkg' }],
    [['npx', '-y', 'pkg@1.2.3', '--port', '8', '-y'], { is: 'npm:pkg@1.2.3', args: ['--port', '8', '-y'] }],
    [['npx', '-y', '@scope/pkg@latest'], { is: 'npm:@scope/pkg' }],
    [['npx', '-y', 'pkg@^1.0'], { is: 'npm:pkg@^1.0' }],
    [['npx', '-y', 'pkg@next'], { is: 'npm:pkg@next' }],
    [['npx', '--yes', '--package=pkg@2', 'bin', 'a'], { is: 'npm:pkg@2', bin: 'bin', args: ['a'] }],
    [['npx', '-y', '-p', '@s/pkg', '--', 'bin', '--x'], { is: 'npm:@s/pkg', bin: 'bin', args: ['--x'] }],
    [['npx', '--yes=true', '--loglevel', 'error', '--', 'pkg', '--', 'x'], { is: 'npm:pkg', args: ['--', 'x'] }],
    [['/usr/local/bin/npx', '-y', 'pkg'], { is: 'npm:pkg' }],
    [['/home/me/.nvm/versions/node/v22.1.0/bin/npx', 'pkg'], { is: 'npm:pkg' }],
    [['C:\\Program Files\\nodejs\\npx.cmd', '-y', 'pkg'], { is: 'npm:pkg' }],
    [['cmd', '/c', 'npx', '-y', 'pkg', 'a b'], { is: 'npm:pkg', args: ['a b'] }],
    [['cmd.exe', '/s', '/C', 'npx -y pkg a'], { is: 'npm:pkg', args: ['a'] }],
    [['npx -y pkg a'], { is: 'npm:pkg', args: ['a'] }],
    [['/usr/bin/env', 'LEVEL=2', 'npx', 'pkg'], { is: 'npm:pkg', environment: { LEVEL: '2' } }],
    [['npm', 'exec', '--yes', '--', 'pkg', 'a'], { is: 'npm:pkg', args: ['a'] }],
    [['pnpm', 'dlx', 'pkg'], { is: 'npm:pkg' }],
    [['bunx', 'pkg', 'a'], { is: 'npm:pkg', args: ['a'] }],
    [['uvx', 'mcp-server-fetch'], { is: 'pypi:mcp-server-fetch' }],
    [['uvx', 'mcp-server-git@2026.1.1', '--repository', '.'], { is: 'pypi:mcp-server-git@2026.1.1', args: ['--repository', '.'] }],
    [['uvx', 'pkg@latest'], { is: 'pypi:pkg' }],
    [['/root/.local/bin/uvx', '--from', 'pkg==1.2', 'bin', '--x'], { is: 'pypi:pkg@1.2', bin: 'bin', args: ['--x'] }],
    [['uvx', '--from=pkg>=1,<2', 'bin'], { is: 'pypi:pkg@>=1,<2', bin: 'bin' }],
    [['uvx', '--with', 'mcp<2', '--with', 'a==1,b<3', 'pkg'], { is: 'pypi:pkg', overrides: ['mcp<2', 'a==1', 'b<3'] }],
    [['uvx', '--python', '3.12', '-q', 'pkg'], { is: 'pypi:pkg', dropped: ['--python 3.12 is not carried over: cc-mcp chooses the Python and the versions'] }],
    [['uv', 'tool', 'run', 'pkg', 'a'], { is: 'pypi:pkg', args: ['a'] }],
  ])('%j', (words, expected) => expect(read(...words)).toEqual(expected));

  it.each([
    [['npx', '-y', 'github:user/repo'], /git repository/, 'cc-mcp install git+https://github.com/user/repo --name it-docker'],
    [['npx', 'user/repo'], /git repository/, 'cc-mcp install git+https://github.com/user/repo --name it-docker'],
    [['npx', 'git+https://git.example.com/x.git'], /git repository/, 'cc-mcp install git+https://git.example.com/x.git --name it-docker'],
    [['npx', 'https://example.com/x.tgz'], /an address/, 'cc-mcp install npm:PACKAGE'],
    [['npx', './server'], /folder or file of this machine/, 'cc-mcp install FOLDER'],
    [['npx', '-c', 'pkg | tee log'], /shell/, 'cc-mcp install npm:PACKAGE'],
    [['npx', '--registry=http://127.0.0.1:1', 'pkg'], /registry that only this entry names/, '~/.npmrc'],
    [['npx', '--node-options=--inspect', 'pkg'], /option --node-options/, 'cc-mcp install npm:PACKAGE'],
    [['npx', '-p', 'a', '-p', 'b', 'bin'], /several packages/, 'cc-mcp install npm:PACKAGE'],
    [['npx', '-y'], /names no package/, undefined],
    [['npx', 'UPPER CASE'], /not a package of npm/, 'cc-mcp install npm:PACKAGE'],
    [['uvx', '--from', 'git+https://github.com/oraios/serena', 'serena', 'start'], /git repository/, 'cc-mcp install git+https://github.com/oraios/serena --name it-docker'],
    [['uvx', '--from', 'x @ git+https://example.com/x', 'x'], /git repository/, 'cc-mcp install git+https://example.com/x --name it-docker'],
    [['uvx', '--from', '/home/me/x', 'x'], /folder or file of this machine/, 'cc-mcp install FOLDER'],
    [['uvx', 'mcp[cli]'], /extras/, 'cc-mcp install pypi:mcp --name it-docker   without them'],
    [['uvx', '--with', 'httpx', 'pkg'], /adds a package/, '--override \'httpx==VERSION\''],
    [['uvx', '--index-url', 'http://x', 'pkg'], /an index that only this entry names/, 'uv.toml'],
    [['bash', '-c', 'npx -y pkg | tee x'], /shell/, 'cc-mcp install npm:PACKAGE'],
    [['npx -y pkg | tee x'], /shell/, 'cc-mcp install npm:PACKAGE'],
    [['node', '/home/me/server.js'], /program of this machine \(node\)/, 'cc-mcp install FOLDER'],
    [['uv', '--directory', '/x', 'run', 'server.py'], /program of this machine \(uv\)/, 'cc-mcp install FOLDER'],
    [['docker', 'run', '-i', '--rm', 'mcp/fetch'], /container image/, undefined],
    [['/home/me/.cc-mcp/bin/cc-mcp', 'run', 'x'], /runs it already/, 'cc-mcp status'],
  ])('%j: one line with what to type', (words, why, suggestion) => {
    const error = failure(() => read(...words));
    expect([error.code, error.message, error.suggestions.join('\n')]).toEqual(['UNSUPPORTED', expect.stringMatching(why), expect.stringContaining(suggestion ?? '')]);
    expect(error.message).not.toContain('\n');
  });

  it('says of a server elsewhere, and of an entry without a command, that there is nothing to move', () => {
    expect(failure(() => readLaunch('it', { args: [], url: 'https://example.com/mcp' })).message).toMatch(/runs nothing on this machine/);
    expect(failure(() => readLaunch('it', { args: [] })).message).toMatch(/no command/);
  });
});

function failure(work: () => unknown): CcMcpError {
  try {
    work();
  } catch (error) {
    if (error instanceof CcMcpError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
