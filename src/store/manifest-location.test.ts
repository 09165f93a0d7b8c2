import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scratch, UID, type Scratch } from '../../test/faults/files-fixture.ts';
import type { ManifestLocation } from '../domain/manifest.ts';
import type { ManifestSearch } from '../domain/stores.ts';
import { createManifestStore } from './manifest-store.ts';

let here: Scratch;
beforeEach(() => {
  here = scratch();
});
afterEach(() => here[Symbol.dispose]());

const folder = (name: string): string => {
  mkdirSync(here.path(name), { recursive: true });
  return here.path(name);
};
const manifest = (name: string): string => {
  const path = join(folder(name), 'mcp.json');
  writeFileSync(path, '{}');
  return path;
};
const locate = (workingFolder: string, search: Partial<ManifestSearch> = {}): Promise<ManifestLocation> =>
  here.manifests.locate({ workingFolder, environment: {}, forRun: false, ...search });

describe('the search for a manifest', () => {
  it('goes up to the git root, and outside of one looks at the working folder only', async () => {
    folder('repo/.git');
    manifest('.');
    const repo = manifest('repo');
    expect((await locate(folder('repo/a/b'))).path).toBe(repo);
    const nearer = manifest('repo/a');
    expect((await locate(folder('repo/a/b'))).path).toBe(nearer);
    expect(await locate(folder('plain/a'))).toMatchObject({ path: here.path('home/mcp.json'), scope: 'global', id: 'global', exists: false });
    expect((await locate(here.folder)).path).toBe(here.path('mcp.json'));
  });

  it('asks --manifest, then CC_MCP_CONFIG, then for run CLAUDE_PROJECT_DIR', async () => {
    const [a, b, c] = [manifest('a'), manifest('b'), manifest('c')];
    const environment = { CC_MCP_CONFIG: 'b/mcp.json', CLAUDE_PROJECT_DIR: here.path('c') };
    expect((await locate(here.folder, { path: 'a/mcp.json', environment })).path).toBe(a);
    expect((await locate(here.folder, { environment })).path).toBe(b);
    expect((await locate(here.folder, { environment: { ...environment, CC_MCP_CONFIG: '' }, forRun: true })).path).toBe(c);
    expect((await locate(here.folder, { environment: { ...environment, CC_MCP_CONFIG: '' } })).path).toBe(here.path('home/mcp.json'));
  });

  it('takes --global and --project by their word', async () => {
    folder('repo/.git');
    manifest('repo/a');
    expect((await locate(here.path('repo/a'), { scope: 'global' })).path).toBe(here.path('home/mcp.json'));
    expect(await locate(here.path('repo/a'), { scope: 'project' })).toMatchObject({ path: here.path('repo/mcp.json'), exists: false, scope: 'project' });
    expect((await locate(folder('plain'), { scope: 'project' })).path).toBe(here.path('plain/mcp.json'));
  });

  it('gives a manifest one id however it is spelled, and another to another', async () => {
    manifest('a');
    manifest('b');
    symlinkSync('a', here.path('link'));
    const [first, again, linked, other] = [await locate(here.path('a')), await locate(here.folder, { path: './b/../a/mcp.json' }), await locate(here.folder, { path: 'link/mcp.json' }), await locate(here.path('b'))];
    expect(first.id).toMatch(/^[0-9a-f]{24}$/);
    expect([again.id, linked.id]).toEqual([first.id, first.id]);
    expect(linked).toMatchObject({ path: here.path('link/mcp.json'), folder: here.path('a') });
    expect(other.id).not.toBe(first.id);
    expect(await here.state.manifestId(first)).toBe(first.id);
  });

  it('says what is wrong with a path that can be no manifest', async () => {
    await expect(locate(here.folder, { path: folder('a') })).rejects.toMatchObject({ code: 'INVALID_VALUE', suggestions: [expect.stringContaining('a/mcp.json')] });
    await expect(locate(here.folder, { path: 'none/mcp.json' })).rejects.toMatchObject({ code: 'DISK', message: expect.stringContaining('none/mcp.json') as string });
  });

  it('works where nothing can be remembered, and says so', async () => {
    const path = manifest('a');
    using other = scratch('/proc/no-home');
    const location = await other.manifests.locate({ path, workingFolder: '/', environment: {}, forRun: false });
    expect(location.id).toMatch(/^[0-9a-f]{24}$/);
    expect(other.warnings).toEqual([expect.stringContaining('/proc/no-home')]);
  });
});

describe('a manifest that is not the user\'s own', () => {
  const refused = (message: string): object => ({ code: 'REFUSED', message: expect.stringContaining(message) as string });

  it('is refused when its file can be written by others', async () => {
    const path = manifest('a');
    for (const mode of [0o664, 0o646]) {
      chmodSync(path, mode);
      await expect(locate(here.path('a'))).rejects.toMatchObject({ ...refused('can be written by other users'), suggestions: [`chmod go-w ${path}`] });
    }
  });

  it('is refused when its folder can be written by others, unless it is sticky', async () => {
    manifest('a');
    chmodSync(here.path('a'), 0o777);
    await expect(locate(here.path('a'))).rejects.toMatchObject(refused('its folder is writable'));
    await expect(locate(here.path('a'), { path: 'new.json' })).rejects.toMatchObject(refused('its folder is writable'));
    chmodSync(here.path('a'), 0o1777);
    expect((await locate(here.path('a'))).exists).toBe(true);
  });

  it('is refused when others can point its symbolic link, or replace what it leads to', async () => {
    manifest('real');
    symlinkSync('../real/mcp.json', join(folder('link'), 'mcp.json'));
    expect((await locate(here.path('link'))).exists).toBe(true);
    chmodSync(here.path('real'), 0o777);
    await expect(locate(here.path('link'))).rejects.toMatchObject({ ...refused('Other users can replace'), suggestions: [`chmod go-w ${here.path('real')}`] });
    chmodSync(here.path('real'), 0o755);
    chmodSync(here.path('link'), 0o777);
    await expect(locate(here.path('link'))).rejects.toMatchObject({ ...refused('Other users can replace'), suggestions: [`chmod go-w ${here.path('link')}`] });
  });

  it('is refused when another user owns it, or the folder that it lies in', async () => {
    const path = manifest('a');
    const stranger = createManifestStore({ files: here.files, uid: UID + 1, idOf: async () => 'x' });
    await expect(stranger.locate({ path, workingFolder: '/', environment: {}, forRun: false })).rejects.toMatchObject(refused(`another user (uid ${UID})`));
    const location = await locate(here.path('a'));
    await expect(stranger.read(location)).rejects.toMatchObject(refused('another user'));
    if (UID !== 0) return;
    chownSync(here.path('a'), 4242, 4242);
    await expect(locate(here.path('a'))).rejects.toMatchObject(refused('another user (uid 4242), who can replace'));
  });
});
