import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/domain/fingerprint.ts';
import type { LockEntry } from '../../src/domain/lock.ts';
import { NO_PERMISSIONS, type DockerServer, type ManifestLocation } from '../../src/domain/manifest.ts';
import { createClientFiles } from '../../src/store/client-files.ts';
import { createLauncher } from '../../src/store/launcher.ts';
import { createLockStore } from '../../src/store/lock-store.ts';
import { createSecretStore } from '../../src/store/secret-store.ts';
import { clock, processes, scratch, storesIn, type Scratch } from './files-fixture.ts';

const SERVER: DockerServer = { mode: 'docker', image: 'x', volumes: {}, environment: {}, limits: {}, arguments: [], permissions: NO_PERMISSIONS, statePaths: [], standby: 'safe', pathsAsArguments: false };
/** Larger than a page, so that a write can also be cut in the middle. */
const MANIFEST = `{\n  "mcpServers": {\n${Array.from({ length: 200 }, (_, index) => `    "x${index}": { "command": "${'y'.repeat(80)}" }`).join(',\n')}\n  }\n}\n`;

let here: Scratch;
let disk: Omit<Scratch, typeof Symbol.dispose>;
beforeEach(() => {
  here = scratch();
  mkdirSync(here.path('disk'));
  // Needs root: a full disk that is not one proves nothing.
  execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=128k,mode=0755', 'tmpfs', here.path('disk')]);
  disk = storesIn(here.path('disk'));
});
afterEach(() => {
  execFileSync('/bin/umount', [here.path('disk')]);
  here[Symbol.dispose]();
});

const locate = (): Promise<ManifestLocation> => disk.manifests.locate({ path: disk.path('mcp.json'), workingFolder: disk.folder, environment: {}, forRun: false });

/** Fills the disk but for some pages. */
function fill(pagesLeft: number): void {
  const full = (): void => {
    for (let page = 0; ; page += 1) writeFileSync(disk.path('filling', String(page)), Buffer.alloc(4096));
  };
  rmSync(disk.path('filling'), { recursive: true, force: true });
  mkdirSync(disk.path('filling'));
  expect(full).toThrow('ENOSPC');
  const pages = readdirSync(disk.path('filling')).filter((name) => statSync(disk.path('filling', name)).size === 4096);
  for (const name of pages.slice(0, pagesLeft)) rmSync(disk.path('filling', name));
}

const isFull = (path: string): object => ({ code: 'DISK', message: expect.stringMatching(new RegExp(`${path}.*no space is left.*ENOSPC`)) as string });

describe('on a full disk', () => {
  it.each([0, 1, 2, 3, 4])('[M9] [F6] the manifest stays as it was, nothing is left beside it, and the error names it: %i pages free', async (pages) => {
    writeFileSync(disk.path('mcp.json'), MANIFEST);
    const location = await locate();
    fill(pages);
    await expect(disk.manifests.writeServer(location, 'a', SERVER)).rejects.toMatchObject(isFull('mcp.json'));
    expect(readFileSync(disk.path('mcp.json'), 'utf8')).toBe(MANIFEST);
    expect(readdirSync(disk.folder).toSorted()).toEqual(['filling', 'home', 'mcp.json']);
    rmSync(disk.path('filling'), { recursive: true });
    await disk.manifests.writeServer(location, 'a', SERVER);
    expect((await disk.manifests.read(location)).servers.size).toBe(201);
  });

  it('[M9] so does every other file that is written', async () => {
    writeFileSync(disk.path('mcp.json'), MANIFEST);
    const location = await locate();
    const locks = createLockStore({ editor: disk.files.editor, processes });
    const secrets = createSecretStore(disk.files);
    const key = { manifestId: location.id, server: 'a' };
    const entry = (dependencies: string): { entry: LockEntry; dependencies: string } => ({
      dependencies, entry: {
        source: { type: 'npm', package: 'p', version: '1', overrides: [], bin: 'p' }, dependencies: { file: 'a.package-lock.json', sha256: sha256(dependencies) }, base: { image: 'i', digest: 'd' },
        template: { name: 'node', version: '1' }, systemPackages: [], entrypoint: [], scripts: false, recipe: sha256(''), proven: { era: 'legacy', protocolVersion: '', serverVersion: '', tools: {}, at: '', by: '' },
      },
    });
    const clients = createClientFiles({ files: disk.files, clock, launcher: '/launcher', homeFolder: disk.folder, environment: {} });
    writeFileSync(disk.path('.claude.json'), '{"numStartups":1}');
    await locks.write(location, 'a', entry('old'));
    await secrets.write(key, { secrets: { T: 'old' }, remembered: {} });
    const launcher = createLauncher(disk.files, { node: '/n', program: '/p', nodeRange: '>=1', homeFolder: '/', shell: '/bin/sh' });
    const before = contents();

    fill(0);
    await expect(locks.write(location, 'a', entry('new'))).rejects.toMatchObject(isFull('a.package-lock.json'));
    await expect(secrets.write(key, { secrets: { T: 'new' }, remembered: {} })).rejects.toMatchObject(isFull('a.json'));
    await expect(clients.add(location, 'a')).rejects.toMatchObject(isFull('.claude.json'));
    await expect(disk.state.writeServer(key, undefined).then(() => disk.state.manifestId({ ...location, path: disk.path('other/mcp.json') }))).resolves.toMatch(/^[0-9a-f]{24}$/);
    expect(disk.warnings).toEqual([expect.stringMatching(/state\.json.*ENOSPC/)]);
    await expect(launcher.repair()).rejects.toMatchObject({ code: 'DISK' });
    rmSync(disk.path('filling'), { recursive: true });
    expect(contents()).toEqual(before);
    expect(await locks.readDependencies(location, entry('old').entry)).toBe('old');
  });
});

describe('on a disk that is read-only', () => {
  it('[M9] everything can be read, and what cannot be written is named with the way out', async () => {
    writeFileSync(disk.path('mcp.json'), '{"mcpServers":{"a":{"command":"x"}}}');
    const location = await locate();
    execFileSync('/bin/mount', ['-o', 'remount,ro', disk.folder]);
    expect(await locate()).toEqual(location);
    expect([...(await disk.manifests.read(location)).servers.keys()]).toEqual(['a']);
    await expect(disk.manifests.writeServer(location, 'b', SERVER)).rejects.toMatchObject({ code: 'DISK', message: expect.stringMatching(/mcp\.json.*read-only \(EROFS\)/) as string });
    await expect(disk.state.writeServer({ manifestId: location.id, server: 'a' }, undefined)).rejects.toMatchObject({ code: 'DISK' });
    const other = storesIn(disk.folder, disk.path('no-home'));
    await expect(other.state.homeId()).rejects.toMatchObject({ code: 'DISK', message: expect.stringContaining('no-home') as string, suggestions: [expect.stringContaining('CC_MCP_HOME')] });
    expect((await other.manifests.locate({ path: location.path, workingFolder: '/', environment: {}, forRun: false })).id).toMatch(/^[0-9a-f]{24}$/);
  });
});

/** Every file of the disk but what fills it. */
function contents(): Record<string, string> {
  const files = readdirSync(disk.folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && !entry.parentPath.includes('filling'));
  return Object.fromEntries(files.map((entry) => [`${entry.parentPath}/${entry.name}`, readFileSync(`${entry.parentPath}/${entry.name}`, 'utf8')]));
}
