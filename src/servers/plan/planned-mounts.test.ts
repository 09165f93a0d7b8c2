import { mkdir, mkdtemp, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HostFiles } from '../../domain/host.ts';
import type { DockerServer, ManifestLocation } from '../../domain/manifest.ts';
import { NO_PERMISSIONS } from '../../domain/manifest.ts';
import { planMounts } from './planned-mounts.ts';

const files: HostFiles = {
  async inspect(path) {
    try {
      const realPath = await realpath(path);
      const facts = await stat(realPath);
      return { realPath, isDirectory: facts.isDirectory(), uid: facts.uid, gid: facts.gid, mode: facts.mode, device: facts.dev, inode: facts.ino };
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  },
};

let root = '';
let home = '';
let project = '';

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'cc-mcp-mounts-')));
  home = join(root, 'home');
  project = join(home, 'project');
  for (const folder of [project, join(project, 'notes'), join(home, '.ssh'), join(home, 'other')]) await mkdir(folder, { recursive: true });
});
afterEach(() => rm(root, { recursive: true }));

function server(permissions: Partial<DockerServer['permissions']>, volumes: Record<string, string> = {}): DockerServer {
  return { mode: 'docker', volumes, environment: {}, limits: {}, arguments: [], permissions: { ...NO_PERMISSIONS, ...permissions }, statePaths: [], standby: 'safe', pathsAsArguments: false };
}

async function mountsOf(value: DockerServer, allowedOutside: ReadonlySet<string> | 'any' = new Set()): Promise<unknown[]> {
  const location: ManifestLocation = { path: join(project, 'mcp.json'), folder: project, scope: 'project', id: 'p', exists: true };
  const host = { homeFolder: home, ccMcpHome: join(home, '.cc-mcp'), uid: 0, gid: 0, platform: 'linux' as const };
  return (await planMounts({ server: value, location, host, files, enginePaths: ['/var/run/docker.sock'], allowedOutside })).mounts.map(({ mount }) => mount);
}

describe('[M15] planMounts', () => {
  it('mounts the opened project for @project at its own path, from wherever the manifest is, and nothing while none is open', async () => {
    const location: ManifestLocation = { path: join(project, 'mcp.json'), folder: project, scope: 'project', id: 'p', exists: true };
    const host = { homeFolder: home, ccMcpHome: join(home, '.cc-mcp'), uid: 0, gid: 0, platform: 'linux' as const };
    const plan = (opened: string | undefined): ReturnType<typeof planMounts> => planMounts({
      server: server({ read: ['@project'], write: ['@project:/work'] }), location, host, files, enginePaths: [], allowedOutside: new Set(), ...(opened === undefined ? {} : { project: { folder: opened, real: opened } }),
    });
    const other = join(home, 'other');
    expect((await plan(undefined)).mounts).toEqual([]);
    expect((await plan(other)).mounts.map(({ mount }) => mount)).toEqual([
      { kind: 'bind', source: other, target: other, readOnly: true }, { kind: 'bind', source: other, target: '/work', readOnly: false },
    ]);
    await expect(plan(join(home, '.ssh'))).rejects.toMatchObject({ code: 'REFUSED' });
    await expect(plan(home)).rejects.toMatchObject({ code: 'REFUSED' });
  });

  it('mounts a granted path at the same path, source resolved and target as typed', async () => {
    await symlink(join(project, 'notes'), join(project, 'link'));
    expect(await mountsOf(server({ read: ['./link'] }))).toEqual([{ kind: 'bind', source: join(project, 'notes'), target: join(project, 'link'), readOnly: true }]);
  });

  it.each(['~/.ssh', '../.ssh', './x/../../.ssh', '~', '/', './key', './key/id'])('refuses %s, by permission, by volume and through a symlink', async (path) => {
    await symlink(join(home, '.ssh'), join(project, 'key'));
    await writeFile(join(home, '.ssh', 'id'), '');
    await expect(mountsOf(server({ read: [path] }), 'any')).rejects.toMatchObject({ code: 'REFUSED' });
    await expect(mountsOf(server({}, { [path]: '/data' }), 'any')).rejects.toMatchObject({ code: 'REFUSED' });
  });

  it('refuses what a refused symlink points to', async () => {
    await mkdir(join(root, 'keys'));
    await rm(join(home, '.ssh'), { recursive: true });
    await symlink(join(root, 'keys'), join(home, '.ssh'));
    await expect(mountsOf(server({ read: [join(root, 'keys')] }), 'any')).rejects.toMatchObject({ code: 'REFUSED' });
  });

  it('keeps a project\'s manifest inside its folder, through symlinks too, unless the user granted the path by flag', async () => {
    await symlink(join(home, 'other'), join(project, 'out'));
    await expect(mountsOf(server({ read: ['./out'] }))).rejects.toMatchObject({ code: 'REFUSED', message: expect.stringContaining('outside the project') });
    expect(await mountsOf(server({ read: ['./out'] }), new Set([join(home, 'other')]))).toHaveLength(1);
  });

  it('refuses a target that covers one of the image\'s folders', async () => {
    await expect(mountsOf(server({ read: ['./notes:/usr/lib/x'] }))).rejects.toMatchObject({ code: 'REFUSED' });
    await expect(mountsOf(server({}, { './notes': '/opt/cc-mcp/x' }))).rejects.toMatchObject({ code: 'REFUSED' });
  });

  it.each(['/', '/usr', '/opt/cc-mcp/node_modules', '/etc/../usr/bin', '/tmp', '/run'])('refuses a package, and a manifest, that wants its state at %s', async (path) => {
    await expect(mountsOf({ ...server({}), statePaths: [{ path, environment: {} }] }, 'any')).rejects.toMatchObject({ code: 'REFUSED', message: expect.stringContaining(path) });
  });

  it('refuses a grant where the state goes, and lets other state be', async () => {
    const state = { statePaths: [{ path: '/data', environment: {} }] };
    expect(await mountsOf({ ...server({ read: ['./notes'] }), ...state })).toHaveLength(1);
    await expect(mountsOf({ ...server({ read: ['./notes:/data'] }), ...state })).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('names a path that is not there, and creates none', async () => {
    await expect(mountsOf(server({ write: ['./nope'] }))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND', message: expect.stringContaining(join(project, 'nope')) });
    expect(await files.inspect(join(project, 'nope'))).toBeUndefined();
  });

  it('mounts control files read-only over a write grant, and pins .git so that it cannot be renamed', async () => {
    for (const folder of ['.git/hooks', '.vscode', '.claude']) await mkdir(join(project, folder), { recursive: true });
    for (const file of ['.git/config', '.envrc', 'mcp.json', 'mcp.lock.json']) await writeFile(join(project, file), '');
    const mounts = await mountsOf(server({ write: ['.'] }));
    const covers = ['.git/hooks', '.git/config', '.claude', '.vscode', '.envrc', 'mcp.json', 'mcp.lock.json'].map((name) => ({ kind: 'bind', source: join(project, name), target: join(project, name), readOnly: true }));
    expect(mounts).toEqual([
      { kind: 'bind', source: project, target: project, readOnly: false }, { kind: 'bind', source: join(project, '.git'), target: join(project, '.git'), readOnly: false }, ...covers,
    ]);
    expect(await mountsOf(server({ write: ['.'], controlFiles: true }))).toHaveLength(1);
  });
});
