import { describe, expect, it } from 'vitest';
import { CcMcpError } from '../../domain/errors.ts';
import { readLaunch } from './launch.ts';

const read = (...words: readonly string[]): object => {
  const [command = '', ...args] = words;
  const { type, package: name, path, range, bin, overrides, arguments: rest, environment, dropped, container = {} } = readLaunch('it', { command, args });
  const some = (key: string, value: readonly unknown[] | object): object => (Object.keys(value).length === 0 ? {} : { [key]: value });
  const kept = Object.fromEntries(Object.entries(container).filter(([, value]) => value !== undefined && value !== null && Object.keys(value as object).length > 0));
  return { is: `${type}:${name}${path === undefined ? '' : `#${path}`}${range === undefined ? '' : `@${range}`}`, ...some('container', kept), ...(bin === undefined ? {} : { bin }), ...some('args', rest), ...some('overrides', overrides), ...some('environment', environment), ...some('dropped', dropped) };
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
    [['npx', '-y', 'github:user/repo#v1.2', 'x'], { is: 'git:https://github.com/user/repo@v1.2', args: ['x'] }],
    [['npx', 'user/repo'], { is: 'git:https://github.com/user/repo' }],
    [['npx', '-p', 'git+ssh://git@git.example.com/me/x.git#main', 'bin'], { is: 'git:ssh://git@git.example.com/me/x.git@main', bin: 'bin' }],
    [['npx', '/home/me/server'], { is: 'local:/home/me/server' }],
    [['uvx', '--from', 'git+https://github.com/oraios/serena', 'serena', 'start'], { is: 'git:https://github.com/oraios/serena', bin: 'serena', args: ['start'] }],
    [['uvx', '--from', 'x @ git+https://example.com/x@v2#subdirectory=py/x', 'x'], { is: 'git:https://example.com/x#py/x@v2', bin: 'x' }],
    [['npx', 'git@example.com:me/x.git'], { is: 'git:ssh://git@example.com/me/x.git' }],
    [['uvx', '--from', '/home/me/x', 'x'], { is: 'local:/home/me/x', bin: 'x' }],
    [['docker', 'run', '-i', '--rm', 'mcp/fetch'], { is: 'docker:mcp/fetch' }],
    [['/usr/bin/docker', 'container', 'run', '--rm', '-it', '--init', '--name=x', '--pull', 'always', '--cap-drop', 'ALL', '--security-opt=no-new-privileges', '--network', 'none', 'ghcr.io/a/b:1.2', 'stdio', '-it'], { is: 'docker:ghcr.io/a/b@1.2', args: ['stdio', '-it'] }],
    [['podman', 'run', '-ie', 'TOKEN', '-eA=b=c', '--env', 'B=', '--env-file=x.env', `a@sha256:${'1'.repeat(64)}`], { is: `docker:a@sha256:${'1'.repeat(64)}`, container: { passed: ['TOKEN'], set: { A: 'b=c', B: '' }, envFiles: ['x.env'] } }],
    [['docker', 'run', '-v', '/home/me/docs:/docs:ro', '-v=data:/data', '-v', '/cache', '--mount', 'type=bind,src=/home/me/x,dst=/x', '--mount', 'type=bind,source=~/y,target=/y,readonly', 'a'], {
      is: 'docker:a', container: { mounts: [{ source: '/home/me/docs', target: '/docs', readOnly: true }, { source: '/home/me/x', target: '/x', readOnly: false }, { source: '~/y', target: '/y', readOnly: true }], volumes: [{ name: 'data', target: '/data' }, { name: '', target: '/cache' }] },
    }],
    [['docker', 'run', '-m', '1g', '--cpus=2', '--pids-limit', '50', '--net', 'my-db', '--privileged=false', 'a:latest'], { is: 'docker:a', container: { limits: { memory: '1g', cpus: '2', pids: 50 }, network: 'my-db' } }],
    [['docker', 'run', '-u', '0', '-p', '80:80', 'a'], { is: 'docker:a', dropped: ['--user 0 is not carried over: it runs as the user of the sandbox', '--publish 80:80 is not carried over: no port is published'] }],
  ])('%j', (words, expected) => expect(read(...words)).toEqual(expected));

  it.each([
    [['npx', 'https://example.com/x.tgz'], /an address/, 'cc-mcp install npm:PACKAGE'],
    [['npx', './server'], /folder or file of this machine/, 'cc-mcp install FOLDER'],
    [['npx', '-c', 'pkg | tee log'], /shell/, 'cc-mcp install npm:PACKAGE'],
    [['npx', '--registry=http://127.0.0.1:1', 'pkg'], /registry that only this entry names/, '~/.npmrc'],
    [['npx', '--node-options=--inspect', 'pkg'], /option --node-options/, 'cc-mcp install npm:PACKAGE'],
    [['npx', '-p', 'a', '-p', 'b', 'bin'], /several packages/, 'cc-mcp install npm:PACKAGE'],
    [['npx', '-y'], /names no package/, undefined],
    [['npx', 'UPPER CASE'], /not a package of npm/, 'cc-mcp install npm:PACKAGE'],
    [['uvx', 'mcp[cli]'], /extras/, 'cc-mcp install pypi:mcp --name it-docker   without them'],
    [['uvx', '--with', 'httpx', 'pkg'], /adds a package/, '--override \'httpx==VERSION\''],
    [['uvx', '--index-url', 'http://x', 'pkg'], /an index that only this entry names/, 'uv.toml'],
    [['bash', '-c', 'npx -y pkg | tee x'], /shell/, 'cc-mcp install npm:PACKAGE'],
    [['npx -y pkg | tee x'], /shell/, 'cc-mcp install npm:PACKAGE'],
    [['node', '/home/me/server.js'], /program of this machine \(node\)/, 'cc-mcp install FOLDER'],
    [['uv', '--directory', '/x', 'run', 'server.py'], /program of this machine \(uv\)/, 'cc-mcp install FOLDER'],
    [['npx', 'user/repo#semver:^1'], /git repository .* not understood/, 'cc-mcp install git+https://HOST/REPOSITORY'],
    [['uvx', '--from', '/home/me/x.whl', 'x'], /folder or file of this machine/, 'cc-mcp install FOLDER'],
    [['docker', 'run', '--privileged', 'a'], /--privileged, which weakens the sandbox/, 'cc-mcp install docker:a --name it-docker   without it'],
    [['docker', 'run', '--cap-add=SYS_ADMIN', 'a'], /--cap-add SYS_ADMIN, which weakens/, undefined],
    [['docker', 'run', '--security-opt', 'seccomp=unconfined', 'a'], /seccomp=unconfined, which weakens/, undefined],
    [['docker', 'run', '--network=host', 'a'], /--network host, which weakens/, undefined],
    [['docker', 'run', '--network', 'container:x', 'a'], /container:x, which weakens/, undefined],
    [['docker', 'run', '--ipc=host', 'a'], /--ipc host, which weakens/, undefined],
    [['docker', 'run', '--device', '/dev/kvm', 'a'], /--device \/dev\/kvm, which weakens/, undefined],
    [['docker', 'run', '--entrypoint', 'sh', 'a'], /--entrypoint sh of its docker run cannot be carried over/, undefined],
    [['docker', 'run', '-d', 'a'], /--detach of its docker run cannot/, undefined],
    [['docker', 'run', '--what-is-this', 'x', 'a'], /--what-is-this x of its docker run cannot/, undefined],
    [['docker', 'run', '-it'], /names no image/, 'cc-mcp install docker:IMAGE'],
    [['docker', 'exec', '-i', 'x', 'y'], /no "docker run"/, 'cc-mcp install docker:IMAGE'],
    [['docker', 'mcp', 'gateway', 'run'], /no "docker run"/, undefined],
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
