import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { processes, scratch, type Scratch } from '../../test/faults/files-fixture.ts';
import type { SessionRecipe } from '../domain/effective-plan.ts';
import { sha256 } from '../domain/fingerprint.ts';
import type { LockEntry } from '../domain/lock.ts';
import { NO_PERMISSIONS } from '../domain/manifest.ts';
import type { DockerServer, ManifestLocation } from '../domain/manifest.ts';
import { createLockStore } from '../store/lock-store.ts';
import { createRecipeSource } from '../store/recipe-source.ts';
import { createRecipeStore } from '../store/recipe-store.ts';
import { keepNeighbours } from './keep-neighbours.ts';

const SERVER: DockerServer = {
  mode: 'docker', volumes: {}, environment: {}, limits: { memory: '256m' }, arguments: [], source: { type: 'npm', package: 'x', overrides: [] }, permissions: NO_PERMISSIONS, statePaths: [],
  standby: 'safe', pathsAsArguments: false,
};
const hashFile = async (path: string): Promise<string | null> => (existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex') : null);

let here: Scratch;
let location: ManifestLocation;
let ports: Parameters<typeof keepNeighbours>[0];
beforeEach(async () => {
  here = scratch();
  here.home.makeFolder();
  location = { path: here.path('mcp.json'), folder: here.folder, scope: 'project', id: 'p', exists: true };
  ports = { manifests: here.manifests, locks: createLockStore({ editor: here.files.editor, processes }), recipes: createRecipeStore(here.files), hashFile };
  for (const name of ['old', 'other']) await write(name);
  for (const name of ['old', 'other']) await ports.recipes.write(await recipeOf(name));
});
afterEach(() => here[Symbol.dispose]());

const lockEntry = (name: string): LockEntry => ({
  source: { type: 'npm', package: 'x', version: '1.0.0', overrides: [], bin: 'x' }, dependencies: { file: `${name}.package-lock.json`, sha256: sha256('{}') }, base: { image: 'node', digest: 'sha256:1' },
  template: { name: 'node', version: '1' }, systemPackages: [], entrypoint: ['node'], scripts: false, recipe: '0'.repeat(64),
  proven: { era: 'legacy', protocolVersion: '', serverVersion: '', tools: {}, at: '', by: '' },
});

async function write(name: string): Promise<void> {
  await ports.locks.write(location, name, { entry: lockEntry(name), dependencies: '{}' });
  await ports.manifests.writeServer(location, name, SERVER);
}

async function recipeOf(server: string): Promise<SessionRecipe> {
  return {
    version: 1, home: 'h', manifestId: 'p', manifestPath: location.path, server, ccMcpVersion: '0', engine: { address: { kind: 'unix', path: '/x' }, id: 'e', kind: 'docker' },
    inputs: { [location.path]: await hashFile(location.path), [here.path('mcp.lock.json')]: await hashFile(here.path('mcp.lock.json')), '/no/secrets': null },
    approval: 'x', body: {}, environment: {}, secretsFile: '/no/secrets', mounts: [], imageId: 'i', nanoCpus: 1, memoryBytes: 1, standby: 'safe', shortLived: false, era: 'legacy', tools: {}, logFolder: '/l',
    waitForEngineSeconds: 20,
  };
}

/** What `run` thinks of the recipe on its fast path. */
function staleness(server: string): string | undefined {
  const answer = createRecipeSource(here.home.folder).read({ server, search: { path: location.path, workingFolder: here.folder, environment: {}, forRun: true } });
  return 'stale' in answer ? answer.stale : undefined;
}

test('recipes of the other servers stay valid when one is installed, changed, and uninstalled', async () => {
  expect(staleness('old')).toBeUndefined();
  await keepNeighbours(ports, location, 'new', () => write('new'));
  expect([staleness('old'), staleness('other')]).toEqual([undefined, undefined]);
  await keepNeighbours(ports, location, 'new', () => ports.manifests.writeServer(location, 'new', { ...SERVER, limits: { memory: '1g' } }));
  expect(staleness('old')).toBeUndefined();
  await keepNeighbours(ports, location, 'new', async () => {
    await ports.locks.write(location, 'new', undefined);
    await ports.manifests.writeServer(location, 'new', undefined);
  });
  expect([staleness('old'), staleness('other')]).toEqual([undefined, undefined]);
});

test('without it every installation makes them stale', async () => {
  await write('new');
  expect(staleness('old')).toMatch(/has changed/);
});

test('the recipe of the server itself is left to who writes it', async () => {
  await keepNeighbours(ports, location, 'old', () => ports.manifests.writeServer(location, 'old', { ...SERVER, limits: { memory: '1g' } }));
  expect([staleness('old'), staleness('other')]).toEqual([expect.stringMatching(/has changed/), undefined]);
});

test('[M17] a recipe that an edit made stale stays stale, whatever the edit was about', async () => {
  writeFileSync(location.path, readFileSync(location.path, 'utf8').replace('256m', '9g'));
  await keepNeighbours(ports, location, 'new', () => write('new'));
  expect([staleness('old'), staleness('other')]).toEqual([expect.stringMatching(/has changed/), expect.stringMatching(/has changed/)]);
});

test('[M17] an edit of a server while another is installed makes its recipe stale, and of the rest none', async () => {
  await keepNeighbours(ports, location, 'new', async () => {
    writeFileSync(location.path, readFileSync(location.path, 'utf8').replace('256m', '9g'));
    await write('new');
  });
  expect([staleness('old'), staleness('other')]).toEqual([expect.stringMatching(/has changed/), undefined]);
});

test('[M17] another lock entry of a server, written meanwhile, makes its recipe stale', async () => {
  await keepNeighbours(ports, location, 'new', async () => {
    await ports.locks.write(location, 'old', { entry: { ...lockEntry('old'), entrypoint: ['sh'] }, dependencies: '{}' });
    await write('new');
  });
  expect([staleness('old'), staleness('other')]).toEqual([expect.stringMatching(/has changed/), undefined]);
});

test('a file that somebody broke meanwhile fails nothing, and keeps no recipe', async () => {
  await expect(keepNeighbours(ports, location, 'new', async () => {
    writeFileSync(location.path, '{');
    return 'done';
  })).resolves.toBe('done');
  expect(staleness('old')).toMatch(/has changed/);
});
