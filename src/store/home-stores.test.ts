import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deadProcess, processes, scratch, type Scratch } from '../../test/faults/files-fixture.ts';
import type { Approval, SessionRecipe } from '../domain/effective-plan.ts';
import type { ManifestLocation } from '../domain/manifest.ts';
import type { JournalEntry, ServerState } from '../domain/stores.ts';
import { createApprovalStore } from './approval-store.ts';
import { createConfigurationStore } from './configuration-store.ts';
import { createJournal } from './journal.ts';
import { parseRecipe, recipeKey, recipePath } from './recipe-file.ts';
import { createRecipeStore } from './recipe-store.ts';
import { createReplacedEntries } from './replaced-entries.ts';
import { createSecretStore } from './secret-store.ts';
import { createStateStore } from './state-store.ts';

let here: Scratch;
beforeEach(() => {
  here = scratch();
});
afterEach(() => here[Symbol.dispose]());

const KEY = { manifestId: 'abc', server: 'a' };
const STATE: ServerState = {
  imageId: 'sha256:1', recipe: 'r', engine: { address: { kind: 'unix', path: '/x' }, id: 'e', kind: 'docker' }, enabled: true,
  clients: [{ client: 'claude-code', file: '/f', jsonPath: ['mcpServers', 'a'], previous: '{ }' }], changedTools: [], installedAt: '2026-11-21T00:00:00Z',
};
const APPROVAL: Approval = {
  hash: 'h', at: '2026-11-21T00:00:00Z', plan: {
    source: 's', lockEntryHash: 'l', imageId: 'i', entrypoint: [], arguments: [], environment: { A: { kind: 'literal', value: 'x' }, B: { kind: 'template', template: '${X}' } },
    mounts: [{ mount: { kind: 'bind', source: '/a', target: '/a', readOnly: true }, device: 1, inode: 2 }, { mount: { kind: 'volume', name: 'v', target: '/v', readOnly: false } }],
    network: { kind: 'named', name: 'n' }, user: '1:1', memoryBytes: 1, nanoCpus: 1, pids: 1, standby: 'safe', controlFiles: false,
  },
};
const put = (name: string, content: string | Uint8Array): void => {
  here.home.makeFolder();
  writeFileSync(here.home.path(name), content);
};
const aside = (name: string): string[] => readdirSync(here.home.folder).filter((file) => file.startsWith(`${name}.corrupt-`));

describe('the state', () => {
  it('is remembered, by this process and the next', async () => {
    const location = { path: here.path('mcp.json'), folder: here.folder, scope: 'project', exists: true } satisfies Omit<ManifestLocation, 'id'>;
    const manifestId = await here.state.manifestId(location);
    await here.state.writeServer({ manifestId, server: 'a' }, STATE);
    const again = createStateStore(here.files);
    expect(await again.homeId()).toBe(await here.state.homeId());
    expect(await again.readServer({ manifestId, server: 'a' })).toEqual(STATE);
    expect(await again.servers()).toEqual([{ manifestId, server: 'a', manifestPath: location.path, state: STATE }]);
    expect(statSync(here.home.path('state.json')).mode & 0o777).toBe(0o600);
    await again.writeServer({ manifestId, server: 'a' }, undefined);
    expect(await again.servers()).toEqual([]);
  });

  it('makes nothing when it is only looked at', async () => {
    expect(await here.state.readServer(KEY)).toBeUndefined();
    expect(await here.state.servers()).toEqual([]);
    expect(existsSync(here.home.folder)).toBe(false);
  });

  it.each([['empty', ''], ['NULs', '\0\0\0\0'], ['a byte order mark alone', '\uFEFF'], ['a list', '[]'], ['a wrong type', '{"version":1,"homeId":7,"manifests":{},"servers":{}}'], ['not UTF-8', Buffer.from([0xff, 0xfe])]])(
    'that is broken is kept under another name, said, and begun anew: %s', async (_, content) => {
      put('state.json', content);
      expect(await here.state.servers()).toEqual([]);
      expect(aside('state.json')).toHaveLength(1);
      expect(readFileSync(here.home.path(aside('state.json')[0] ?? ''))).toEqual(Buffer.from(content as string));
      expect(here.warnings).toEqual([expect.stringContaining('state.json cannot be used')]);
      expect(await here.state.homeId()).toBe(await here.state.homeId());
      expect(here.warnings).toHaveLength(1);
    });

  it('that was cut keeps the ids that everything on the engine is found by', async () => {
    const location = { path: here.path('mcp.json'), folder: here.folder, scope: 'project', exists: true } satisfies Omit<ManifestLocation, 'id'>;
    const [homeId, manifestId] = [await here.state.homeId(), await here.state.manifestId(location)];
    await here.state.writeServer({ manifestId, server: 'a' }, STATE);
    const text = readFileSync(here.home.path('state.json'), 'utf8');
    put('state.json', text.slice(0, text.indexOf('imageId')));
    expect(await here.state.homeId()).toBe(homeId);
    expect(await here.state.manifestId(location)).toBe(manifestId);
    expect(await here.state.servers()).toEqual([]);
  });

  it('is read with a byte order mark in front, as some editors leave it', async () => {
    const id = await here.state.homeId();
    put('state.json', `\uFEFF${readFileSync(here.home.path('state.json'), 'utf8')}`);
    expect(await here.state.homeId()).toBe(id);
    expect(here.warnings).toEqual([]);
  });

  it('of a newer cc-mcp is read and not written', async () => {
    const id = await here.state.homeId();
    const newer = readFileSync(here.home.path('state.json'), 'utf8').replace('"version": 1', '"version": 2, "more": true');
    put('state.json', newer);
    expect(await here.state.homeId()).toBe(id);
    await expect(here.state.writeServer(KEY, STATE)).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('newer cc-mcp') as string });
    put('state.json', '{"version":3}');
    await expect(here.state.readServer(KEY)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(readFileSync(here.home.path('state.json'), 'utf8')).toBe('{"version":3}');
    expect(here.warnings).toEqual([]);
  });
});

describe('approvals', () => {
  it('are remembered whole, each on its own', async () => {
    const approvals = createApprovalStore(here.files);
    await approvals.write(KEY, undefined);
    expect(existsSync(here.home.folder)).toBe(false);
    await approvals.write(KEY, APPROVAL);
    await approvals.write({ ...KEY, server: 'b' }, APPROVAL);
    expect(await createApprovalStore(here.files).read(KEY)).toEqual(APPROVAL);
    await approvals.write(KEY, undefined);
    expect(await approvals.read(KEY)).toBeUndefined();
    expect(await approvals.read({ ...KEY, server: 'b' })).toEqual(APPROVAL);
  });

  it('that are broken approve nothing', async () => {
    const approvals = createApprovalStore(here.files);
    await approvals.write(KEY, APPROVAL);
    put('approvals.json', readFileSync(here.home.path('approvals.json'), 'utf8').replace('"user": "1:1",', ''));
    expect(await approvals.read(KEY)).toBeUndefined();
    expect(aside('approvals.json')).toHaveLength(1);
  });

  it('of a server named like an object\'s own keys are an entry like any other', async () => {
    const approvals = createApprovalStore(here.files);
    expect(await approvals.read({ manifestId: 'constructor', server: 'constructor' })).toBeUndefined();
    await approvals.write({ manifestId: 'abc', server: 'constructor' }, APPROVAL);
    expect(await approvals.read({ manifestId: 'abc', server: 'constructor' })).toEqual(APPROVAL);
  });
});

describe('secrets', () => {
  it('stand in a file of their server, for the user alone', async () => {
    const secrets = createSecretStore(here.files);
    await secrets.write(KEY, { secrets: { T: 'x' }, remembered: { P: 'y' } });
    expect(secrets.file(KEY)).toBe(here.home.path('secrets/abc/a.json'));
    expect(statSync(secrets.file(KEY)).mode & 0o777).toBe(0o600);
    expect(statSync(here.home.path('secrets/abc')).mode & 0o777).toBe(0o700);
    expect(await secrets.read(KEY)).toEqual({ secrets: { T: 'x' }, remembered: { P: 'y' } });
    expect(await secrets.read({ ...KEY, server: 'b' })).toEqual({ secrets: {}, remembered: {} });
    await secrets.write(KEY, undefined);
    expect(existsSync(here.home.path('secrets/abc'))).toBe(false);
  });

  it('keep the token of a service over every change of values, until the server goes', async () => {
    const secrets = createSecretStore(here.files);
    expect([await secrets.serviceToken(KEY, () => 'one'), await secrets.serviceToken(KEY, () => 'two')]).toEqual(['one', 'one']);
    await secrets.write(KEY, { secrets: { T: 'x' }, remembered: {} });
    expect(await secrets.read(KEY)).toEqual({ secrets: { T: 'x' }, remembered: {}, serviceToken: 'one' });
    await secrets.write(KEY, { secrets: {}, remembered: {} });
    expect(await secrets.read(KEY)).toEqual({ secrets: {}, remembered: {}, serviceToken: 'one' });
    await secrets.write(KEY, undefined);
    expect(existsSync(here.home.path('secrets/abc'))).toBe(false);
  });

  it('that are none make no file', async () => {
    const secrets = createSecretStore(here.files);
    await secrets.write(KEY, { secrets: {}, remembered: {} });
    expect(existsSync(here.home.folder)).toBe(false);
  });

  it('have no file outside of their folder', () => {
    const secrets = createSecretStore(here.files);
    expect(() => secrets.file({ manifestId: 'abc', server: '../x' })).toThrow(expect.objectContaining({ code: 'INVALID_NAME' }));
    expect(() => secrets.file({ manifestId: '..', server: 'x' })).toThrow('not a manifest id');
  });
});

describe('the configuration', () => {
  const read = async (text?: string): Promise<unknown> => {
    if (text !== undefined) put('config.json', text);
    return createConfigurationStore(here.files).read();
  };
  const DEFAULTS = { images: { bases: {}, rewrite: {} }, standby: {}, run: { waitForEngine: 20 } };

  it('has defaults, and takes comments and keys that it does not know', async () => {
    expect(await read()).toEqual(DEFAULTS);
    expect(await read('{ // mine\n "engine": "unix:///x", "images": { "bases": { "node": "local/node" } }, "standby": { "memory": "1g" }, "later": 1 }'))
      .toEqual({ ...DEFAULTS, engine: 'unix:///x', images: { bases: { node: 'local/node' }, rewrite: {} }, standby: { memory: '1g' } });
  });

  it('with a wrong type is an error that names it', async () => {
    await expect(read('{\n  "run": { "waitForEngine": "long" }\n}')).rejects.toMatchObject({ code: 'INVALID_VALUE', message: expect.stringMatching(/config\.json, line 2, column 29: run\.waitForEngine: expected number/) as string });
    expect(aside('config.json')).toEqual([]);
  });

  it('that is no JSON is kept under another name, said, and not used', async () => {
    expect(await read('{ "engine": ')).toEqual(DEFAULTS);
    expect(aside('config.json')).toHaveLength(1);
    expect(here.warnings).toEqual([expect.stringContaining('line 1, column 13')]);
    expect(await read()).toEqual(DEFAULTS);
    expect(here.warnings).toHaveLength(1);
  });

  it('is changed one value at a time, and the rest stays as it was written', async () => {
    const store = createConfigurationStore(here.files);
    expect(await store.write(['engine'], undefined)).toBe('unchanged');
    expect(await store.write(['run', 'waitForEngine'], 5)).toBe('changed');
    expect(await store.read()).toEqual({ ...DEFAULTS, run: { waitForEngine: 5 } });
    put('config.json', '{\n  // mine\n  "engine": "unix:///x",\n  "later": 1\n}\n');
    expect(await store.write(['images', 'bases', 'node'], 'local/node')).toBe('changed');
    expect(await store.write(['images', 'bases', 'node'], 'local/node')).toBe('unchanged');
    expect(await store.write(['engine'], undefined)).toBe('changed');
    expect(await store.read()).toEqual({ ...DEFAULTS, images: { bases: { node: 'local/node' }, rewrite: {} } });
    expect(readFileSync(here.home.path('config.json'), 'utf8')).toMatch(/^\{\n  \/\/ mine\n/);
    expect(readFileSync(here.home.path('config.json'), 'utf8')).toContain('"later": 1');
  });

  it('that cannot be understood is not changed', async () => {
    for (const text of ['{ "engine": ', '{ "engine": 1 }', '[]', '{ "run": 5 }']) {
      put('config.json', text);
      await expect(createConfigurationStore(here.files).write(['run', 'waitForEngine'], 5)).rejects.toMatchObject({ code: 'INVALID_VALUE', message: expect.stringContaining('config.json, line 1') as string });
      expect(readFileSync(here.home.path('config.json'), 'utf8')).toBe(text);
    }
  });
});

describe('[N8] entries whose place a server took', () => {
  it('are kept byte for byte with the secrets, for this user alone, and leave nothing', async () => {
    const replaced = createReplacedEntries(here.files);
    const text = '{ /* é */ "command": "npx",\r\n\t"env": { "T": "x" } }';
    expect(await replaced.read(KEY)).toBeUndefined();
    await replaced.write(KEY, undefined);
    await replaced.write(KEY, text);
    expect(await replaced.read(KEY)).toBe(text);
    expect(statSync(here.home.path('secrets', KEY.manifestId, `${KEY.server}.replaced.json`)).mode & 0o777).toBe(0o600);
    await replaced.write(KEY, undefined);
    expect([await replaced.read(KEY), existsSync(here.home.path('secrets', KEY.manifestId))]).toEqual([undefined, false]);
  });
});

describe('approvals of opened projects', () => {
  it('are kept per folder, and go with that of their server', async () => {
    const approvals = createApprovalStore(here.files);
    await approvals.allowProject(KEY, '/one', 'read');
    await approvals.allowProject(KEY, '/two', 'write');
    expect(await approvals.projects(KEY)).toEqual({ '/one': 'read', '/two': 'write' });
    await approvals.write(KEY, APPROVAL);
    expect(await approvals.projects(KEY)).toMatchObject({ '/one': 'read' });
    await approvals.write(KEY, undefined);
    expect([await approvals.projects(KEY), await approvals.read(KEY)]).toEqual([{}, undefined]);
  });
});

describe('recipes', () => {
  const RECIPE: SessionRecipe = {
    version: 1, home: 'h', manifestId: 'abc', manifestPath: '/p/mcp.json', server: 'a', ccMcpVersion: '0', engine: STATE.engine, inputs: { '/p/mcp.json': null }, approval: 'x', body: {}, environment: {},
    secretsFile: '/s', mounts: APPROVAL.plan.mounts, imageId: 'i', nanoCpus: 1, memoryBytes: 1, standby: 'safe', shortLived: false, era: 'legacy', tools: {}, logFolder: '/l', waitForEngineSeconds: 20,
  };

  it('are found by manifest and server, and are gone when removed', async () => {
    const recipes = createRecipeStore(here.files);
    expect(await recipes.read('/p/mcp.json', 'a')).toBeUndefined();
    await recipes.remove('/p/mcp.json', 'a');
    await recipes.write(RECIPE);
    const path = recipePath(here.home.folder, '/p/mcp.json', 'a');
    expect(path).toBe(here.home.path(`run/recipes/${recipeKey('/p/mcp.json', 'a')}.json`));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await recipes.read('/p/mcp.json', 'a')).toEqual(RECIPE);
    await recipes.remove('/p/mcp.json', 'a');
    expect(readdirSync(here.home.path('run/recipes'))).toEqual([]);
  });

  it('of opened projects go with that of their server, and when that says something else', async () => {
    const recipes = createRecipeStore(here.files);
    const own: SessionRecipe = { ...RECIPE, perProject: true };
    const ofProject = (folder: string): SessionRecipe => ({ ...RECIPE, project: { folder, real: folder } });
    const count = (): number => readdirSync(here.home.path('run/recipes')).length;
    await recipes.write(own);
    await recipes.write(ofProject('/one'));
    await recipes.write(ofProject('/two'));
    await recipes.write({ ...RECIPE, server: 'b' });
    await recipes.write(own);
    expect(count()).toBe(4);
    await recipes.update('/p/mcp.json', 'a', (recipe) => ({ ...recipe, imageId: 'j' }));
    expect(parseRecipe(readFileSync(recipePath(here.home.folder, '/p/mcp.json', 'a', '/two'), 'utf8'))).toEqual({ ...ofProject('/two'), imageId: 'j' });
    await recipes.write({ ...own, standby: 'off' });
    expect(count()).toBe(2);
    await recipes.write(ofProject('/one'));
    await recipes.remove('/p/mcp.json', 'a');
    expect(count()).toBe(1);
  });

  it('of another shape count as none', () => {
    expect(parseRecipe(JSON.stringify(RECIPE))).toEqual(RECIPE);
    for (const change of [{ version: 2 }, { era: 'x' }, { mounts: {} }, { engine: {} }, { shortLived: undefined }, { body: null }]) expect(parseRecipe(JSON.stringify({ ...RECIPE, ...change }))).toBeUndefined();
    expect(parseRecipe('{')).toBeUndefined();
  });
});

describe('the journal', () => {
  const ENTRY: JournalEntry = { operation: 'install', token: 't', manifestId: 'abc', manifestPath: '/p/mcp.json', server: 'a', images: [], committing: false };
  const journalOf = (self = processes.self()): ReturnType<typeof createJournal> => createJournal(here.files, { self: () => self, isAlive: (other) => processes.isAlive(other) });

  it('has an entry as long as the operation runs', async () => {
    const journal = journalOf();
    expect(await journal.live()).toEqual([]);
    {
      await using entry = await journal.begin(ENTRY);
      await entry.update({ committing: true, images: ['x'] });
      expect(await journal.live()).toEqual([{ ...ENTRY, committing: true, images: ['x'] }]);
      expect(await journal.abandoned()).toEqual([]);
    }
    expect(await journal.live()).toEqual([]);
    expect(readdirSync(here.home.path('run/journal'))).toEqual([]);
  });

  it('gives what a dead process left to the next command, until it is forgotten', async () => {
    await journalOf(deadProcess()).begin(ENTRY);
    const journal = journalOf();
    const [abandoned] = await journal.abandoned();
    expect(abandoned).toEqual({ ...ENTRY, id: expect.stringMatching(/^[0-9a-f]{24}$/) as string });
    expect(await journal.live()).toEqual([]);
    await journal.forget(abandoned?.id ?? '');
    await journal.forget(abandoned?.id ?? '');
    expect(await journal.abandoned()).toEqual([]);
    await expect(journal.forget('../../state')).rejects.toThrow('not a journal id');
  });

  it('sets an entry aside that it cannot read, and leaves that of a newer cc-mcp', async () => {
    here.home.makeFolder('run', 'journal');
    writeFileSync(here.home.path('run/journal', `${'a'.repeat(24)}.json`), '{"version":1');
    writeFileSync(here.home.path('run/journal', `${'b'.repeat(24)}.json`), '{"version":2}');
    expect(await journalOf().abandoned()).toEqual([]);
    expect(readdirSync(here.home.path('run/journal')).toSorted()).toEqual([expect.stringMatching(/^a+\.json\.corrupt-/), `${'b'.repeat(24)}.json`]);
    expect(here.warnings).toHaveLength(2);
  });
});

describe('a home that cannot be written', () => {
  it('is still read', async () => {
    const id = await here.state.homeId();
    put('approvals.json', '{');
    chmodSync(here.home.folder, 0o500);
    const approvals = createApprovalStore(here.files);
    expect(await here.state.homeId()).toBe(id);
    expect(await approvals.read(KEY)).toBeUndefined();
    chmodSync(here.home.folder, 0o700);
    expect(here.warnings).toEqual([expect.stringContaining('approvals.json')]);
  });
});
