import { describe, expect, it } from 'vitest';
import type { HostFacts } from './host.ts';
import { refusedBy, refusedPaths } from './refused-paths.ts';

const host: HostFacts = { homeFolder: '/home/ann', ccMcpHome: '/srv/cc', uid: 1000, gid: 1000, platform: 'linux' };
const refused = refusedPaths({ host, engine: ['/var/run/docker.sock', '/data/docker'] });

describe('[M15] refused paths', () => {
  it.each(['/', '/home', '/home/ann', '/home/ann/', '/etc', '/etc/passwd', '/proc/self', '/run/docker.sock', '/var/run/docker.sock', '/var', '/data', '/data/docker/volumes',
    '/home/ann/.ssh', '/home/ann/.ssh/id_ed25519', '/home/ann/.config', '/home/ann/.config/gh', '/home/ann/.claude', '/home/ann/.claude.json', '/home/ann/.claude-work/x',
    '/home/ann/x/../.aws', '/home/ann/.npmrc', '/home/ann/.bashrc', '/home/ann/.cc-mcp/secrets', '/srv/cc', '/srv', '/usr/local', '/opt', '/tmp', '/dev/shm'])('refuses %s', (path) => {
    expect(refusedBy(path, refused, host)).toBeDefined();
  });

  it.each(['/home/ann/projects', '/home/ann/.config/app', '/tmp/work', '/srv/data', '/home/ann/.sshx', '/mnt', '/var/www', '/home/bob/notes'])('lets %s through', (path) => {
    expect(refusedBy(path, refused, host)).toBeUndefined();
  });

  it('does not tell paths apart by case on macOS', () => {
    const mac: HostFacts = { ...host, homeFolder: '/Users/ann', platform: 'darwin' };
    expect(refusedBy('/users/ANN/.SSH', refusedPaths({ host: mac, engine: [] }), mac)).toBeDefined();
  });
});
