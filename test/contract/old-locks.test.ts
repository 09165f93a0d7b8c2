import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LockEntry } from '../../src/domain/lock.ts';
import type { ManifestLocation } from '../../src/domain/manifest.ts';
import type { OpenedSource } from '../../src/domain/source.ts';
import { systemClock } from '../../src/host/system-clock.ts';
import { lockDifference } from '../../src/servers/lock-difference.ts';
import { recipeOf } from '../../src/servers/install/image-request.ts';
import { NpmSource } from '../../src/sources/npm-source.ts';
import { PypiSource } from '../../src/sources/pypi-source.ts';
import { readNpmConfiguration } from '../../src/sources/npm-configuration.ts';
import { readPypiConfiguration } from '../../src/sources/pypi-configuration.ts';
import { createFileEditor } from '../../src/store/edit-file.ts';
import { createLockStore } from '../../src/store/lock-store.ts';
import { readEntry } from '../../src/store/manifest-entry.ts';
import { systemProcesses } from '../../src/store/system-processes.ts';
import { readJson } from '../support/user-home.ts';

/** Folders by the version that wrote what is in them, never edited: what they hold is what users have committed. */
const LOCKS = join(import.meta.dirname, '../fixtures/locks');
const PACKAGE_ROOT = join(import.meta.dirname, '../..');
const nowhere = { environment: {}, homeFolder: '/nonexistent' };
const containers = { run: () => Promise.reject(new Error('a lock is read without a container')) };
const processes = systemProcesses(process);
const locks = createLockStore({ editor: createFileEditor({ processes, clock: systemClock }), processes });

function sourceOf(type: LockEntry['source']['type']): NpmSource | PypiSource {
  const common = { containers, packageRoot: PACKAGE_ROOT, extraCa: undefined };
  switch (type) {
    case 'npm':
      return new NpmSource({ ...common, clock: systemClock, configuration: () => readNpmConfiguration({ ...nowhere, execPath: '/nonexistent/node' }) });
    case 'pypi':
      return new PypiSource({ ...common, baseImage: async () => '', configuration: () => readPypiConfiguration({ ...nowhere, platform: 'linux', systemFolder: '/nonexistent' }) });
    default:
      throw new Error(`no lock of ${type} is kept`);
  }
}

describe.each(readdirSync(LOCKS))('[N6] a lock that cc-mcp %s wrote', (version) => {
  const folder = join(LOCKS, version);
  const location: ManifestLocation = { path: join(folder, 'mcp.json'), folder, scope: 'project', id: 'x', exists: true };

  it.each([['thinking', 'npm'], ['time', 'pypi']] as const)('of %s from %s still fits its manifest, and gives the same recipe and the same start', async (name, type) => {
    const { [name]: entry } = (await locks.read(location)).servers;
    if (entry === undefined) throw new Error(`${name} is not in it`);
    const { package: packageName, version: exact, bin } = entry.source;
    const source: OpenedSource = sourceOf(type);
    const dependencies = (await locks.readDependencies(location, entry)) ?? '';
    const { lock, executable } = source.readLocked(dependencies, packageName, exact, bin);
    if (executable === undefined) throw new Error(`${bin} is not in it`);
    const input = source.buildInput({ resolved: { package: packageName, version: exact }, lock, executable, allowScripts: entry.scripts, systemPackages: entry.systemPackages, templateVersion: entry.template.version });
    expect(input.entrypoint).toEqual(entry.entrypoint);
    const base = { canonical: entry.base.image, reference: entry.base.image, digest: entry.base.digest };
    expect(recipeOf({ base, source, allowScripts: entry.scripts, systemPackages: entry.systemPackages }, entry.template, input.entrypoint, lock)).toBe(entry.recipe);
    // Its base is still the one that is taken where nobody names another.
    expect(entry.base.image).toBe(source.base.image);

    const { mcpServers } = (await readJson(location.path)) as { mcpServers: Record<string, Record<string, unknown>> };
    const server = readEntry(mcpServers[name] ?? {}, []);
    if (server.mode !== 'docker' || server.source === undefined) throw new Error(`${name} is not one that is installed`);
    expect(lockDifference({ ...server, source: server.source }, entry)).toBeUndefined();
  });
});
