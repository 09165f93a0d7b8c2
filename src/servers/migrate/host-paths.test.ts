import { describe, expect, it } from 'vitest';
import type { HostFacts, HostFiles } from '../../domain/host.ts';
import { CcMcpError } from '../../domain/errors.ts';
import { hostPaths } from './host-paths.ts';

const HOST: HostFacts = { homeFolder: '/home/me', ccMcpHome: '/home/me/.cc-mcp', uid: 1000, gid: 1000, platform: 'linux' };
const THERE = new Set(['/', '/home', '/home/me', '/home/me/notes', '/home/me/project', '/home/me/project/docs', '/usr/bin/chromium', '/etc', '/home/me/memory.json']);
const FILES: HostFiles = {
  async inspect(path) {
    if (path.length > 255) throw new CcMcpError('DISK', 'too long');
    return THERE.has(path) ? { realPath: path, isDirectory: true, uid: 1000, gid: 1000, mode: 0o755, device: 1, inode: 1 } : undefined;
  },
};
const look = (args: readonly string[], env: Readonly<Record<string, string>> = {}, base?: string): ReturnType<typeof hostPaths> => hostPaths({ arguments: args, env, base }, HOST, FILES);

describe('[N8] hostPaths', () => {
  it('finds what is there in arguments, behind an option and in variables, each path once', async () => {
    const { found, arguments: args } = await look(['stdio', '/home/me/notes/', '--root=/home/me/project', '~/notes', '/sse'], { MEMORY_FILE_PATH: '/home/me/memory.json', URL: '/not/here' });
    expect(found).toEqual([{ path: '/home/me/notes', where: 'argument 2' }, { path: '/home/me/project', where: 'argument 3' }, { path: '/home/me/memory.json', where: 'MEMORY_FILE_PATH' }]);
    expect(args).toEqual(['stdio', '/home/me/notes', '--root=/home/me/project', '/home/me/notes', '/sse']);
  });

  it('makes relative paths absolute where it is known from where', async () => {
    expect((await look(['.', './docs', '../project', 'docs'], {}, '/home/me/project')).arguments).toEqual(['/home/me/project', '/home/me/project/docs', '/home/me/project', 'docs']);
    expect(await look(['.', './docs'])).toMatchObject({ arguments: ['.', './docs'], found: [] });
  });

  it('leaves folders of the system to the image and says so, but not the root of everything', async () => {
    const { found, notes } = await look(['--browser=/usr/bin/chromium', '/etc', '/', '/home']);
    expect(found.map(({ path }) => path)).toEqual(['/', '/home']);
    expect(notes).toEqual([expect.stringMatching(/^argument 1: \/usr\/bin\/chromium is the container's own/), expect.stringMatching(/^argument 2: \/etc/)]);
  });

  it('does not take a long key that begins with a slash for a path', async () => expect((await look([`/${'a'.repeat(300)}`])).found).toEqual([]));
});
