import { expect, test } from 'vitest';
import { NO_PERMISSIONS } from '../../domain/manifest.ts';
import type { DockerServer } from '../../domain/manifest.ts';
import type { MarketplacePackage } from '../../domain/package.ts';
import type { ServerValues } from '../../domain/stores.ts';
import { parseServerName } from '../../domain/server-name.ts';
import { changedSettings, replacedSettings } from './changed-settings.ts';
import type { ChangedSettings } from './changed-settings.ts';
import type { InstallRequest } from './install-request.ts';
import { requestedServer } from './requested-server.ts';
import { requestedValues } from './requested-values.ts';

const LOCATION = { path: '/work/mcp.json', folder: '/work', scope: 'project', id: 'm1', exists: true } as const;
const NO_GRANTS = { read: [], write: [], net: false, env: [], scripts: false, controlFiles: false };
const PLAIN: InstallRequest = {
  reference: 'example', location: LOCATION, workingFolder: '/work', overrides: [], arguments: [], grants: NO_GRANTS, values: [], volumes: [], limits: {}, test: false, enable: false, dryRun: false,
};
const OFFERED: MarketplacePackage = {
  name: 'example', version: '1', title: '', description: '', author: '', keywords: [], notes: [], source: { type: 'npm', package: 'example', version: '1.0.0' }, arguments: ['--fixed'],
  permissions: { net: 'none', read: [], write: [], env: [], scripts: false }, pathsAsArguments: false,
  configuration: [{ name: 'DATABASE_URL', description: '', required: true, secret: true }, { name: 'MODE', description: '', required: false, secret: false, default: 'fast' }],
  statePaths: [], standby: 'safe', tests: { calls: [], timeout: 10 },
};
/** As somebody installed it and edited it since. */
const THERE: DockerServer = {
  mode: 'docker', image: 'cc-mcp/example:1.0.0', volumes: { './data': '/data' }, environment: { DATABASE_URL: '${secret:DATABASE_URL}', LEVEL: '1' }, limits: { memory: '1g' }, network: 'db',
  arguments: ['--fixed', '--mine'], source: { type: 'npm', package: 'example', version: '1.0.0', overrides: [] },
  permissions: { ...NO_PERMISSIONS, read: ['./docs'], env: ['HERE'] }, statePaths: [], standby: 'safe', pathsAsArguments: false, package: 'example',
};
const VALUES: ServerValues = { secrets: { DATABASE_URL: 'old' }, remembered: { HERE: 'here' } };

function again(given: Partial<InstallRequest>, environment: Readonly<Record<string, string>> = {}, there = THERE, before = VALUES): ChangedSettings {
  const request = { ...PLAIN, ...given };
  const values = requestedValues(request, OFFERED, environment);
  const server = requestedServer(request, OFFERED, true, values.environment, '/home/me');
  return changedSettings(there, before, request, { name: parseServerName('example'), offered: OFFERED, fromIndex: true, server, overrides: [], values }, '/home/me');
}

test('without flags nothing changes, not even what the package would have otherwise', () => {
  expect(again({})).toEqual({ server: THERE, values: VALUES, changes: [] });
});

test('another value of a secret changes the store alone, and is named without a value', () => {
  const { server, values, changes } = again({ values: [{ name: 'DATABASE_URL', value: 'new' }] });
  expect(server).toEqual(THERE);
  expect(values).toEqual({ secrets: { DATABASE_URL: 'new' }, remembered: { HERE: 'here' } });
  expect(changes).toEqual(['environment: DATABASE_URL']);
});

test('the same value again is no change', () => {
  expect(again({ values: [{ name: 'DATABASE_URL', value: 'old' }, { name: 'LEVEL', value: '1' }] }).changes).toEqual([]);
});

test('a plain value changes in the manifest; what is not named stays', () => {
  const { server, values, changes } = again({ values: [{ name: 'LEVEL', value: '2' }, { name: 'ANOTHER', value: 'x' }] });
  expect(server.environment).toEqual({ DATABASE_URL: '${secret:DATABASE_URL}', LEVEL: '2', ANOTHER: 'x' });
  expect(values).toEqual(VALUES);
  expect(changes).toEqual(['environment: LEVEL, ANOTHER']);
});

test('a value that was a secret and is remembered from the environment now leaves the secret store', () => {
  const there = { ...THERE, environment: { TOKENS: '${secret:TOKENS}' } };
  const { server, values, changes } = again({ values: [{ name: 'TOKENS', value: undefined }] }, { TOKENS: '5' }, there, { secrets: { TOKENS: 'sk-1' }, remembered: {} });
  expect(server.environment).toEqual({ TOKENS: '${TOKENS}' });
  expect(values).toEqual({ secrets: {}, remembered: { TOKENS: '5' } });
  expect(changes).toEqual(['environment: TOKENS']);
});

test('--allow-env: another value is a change, a new name too, and the last flag decides where a value comes from', () => {
  expect(again({ grants: { ...NO_GRANTS, env: ['HERE'] } }, { HERE: 'here' }).changes).toEqual([]);
  expect(again({ grants: { ...NO_GRANTS, env: ['HERE'] } }, { HERE: 'there' })).toMatchObject({ changes: ['environment: HERE'], values: { remembered: { HERE: 'there' } } });
  expect(again({ grants: { ...NO_GRANTS, env: ['NEW'] } }, { NEW: 'n' }).server.permissions.env).toEqual(['HERE', 'NEW']);
  const level = again({ grants: { ...NO_GRANTS, env: ['LEVEL'] } }, { LEVEL: '9' });
  expect([level.server.environment['LEVEL'], level.server.permissions.env, level.changes]).toEqual([undefined, ['HERE', 'LEVEL'], ['environment: LEVEL']]);
  const here = again({ values: [{ name: 'HERE', value: 'fixed' }] });
  expect([here.server.environment['HERE'], here.server.permissions.env, here.values.remembered]).toEqual(['fixed', [], {}]);
});

test.each([
  [{ limits: { memory: '2g' } }, { limits: { memory: '2g' } }, ['memory: 1g → 2g']],
  [{ limits: { cpus: '1', pids: 64 } }, { limits: { memory: '1g', cpus: '1', pids: 64 } }, ['cpus: 0.5 → 1', 'pids: 128 → 64']],
  [{ limits: { memory: '1g' } }, { limits: { memory: '1g' } }, []],
  [{ network: 'other' }, { network: 'other' }, ['network: db → other']],
  [{ arguments: ['--new'] }, { arguments: ['--fixed', '--new'] }, ['arguments: "--fixed" "--mine" → "--fixed" "--new"']],
  [{ volumes: ['./logs:/logs:ro'] }, { volumes: { './data': '/data', './logs': '/logs:ro' }, standby: 'safe' }, ['volumes: ./logs:/logs:ro']],
  [{ volumes: ['./other:/data'] }, { volumes: { './other': '/data' }, standby: 'after-session' }, ['volumes: ./other:/data, no longer ./data:/data']],
] satisfies [Partial<InstallRequest>, Partial<DockerServer>, readonly string[]][])('%j', (given, expected, changes) => {
  const changed = again(given);
  expect(changed.server).toMatchObject(expected);
  expect(changed.changes).toEqual(changes);
});

test('--allow-net takes the place of a network, and --network that of all', () => {
  const open = again({ grants: { ...NO_GRANTS, net: true } });
  expect([open.server.network, open.server.permissions.net, open.changes]).toEqual([undefined, true, ['network: db → everything']]);
  const closed = again({ network: 'db' }, {}, open.server);
  expect([closed.server.network, closed.server.permissions.net]).toEqual(['db', false]);
});

test('paths add up; the last flag decides about one place inside', () => {
  const more = again({ grants: { ...NO_GRANTS, read: ['more'] } });
  expect([more.server.permissions.read, more.changes]).toEqual([['./docs', './more'], ['may read: ./more']]);
  const write = again({ grants: { ...NO_GRANTS, write: ['docs'] } });
  expect([write.server.permissions.read, write.server.permissions.write, write.server.standby]).toEqual([[], ['./docs'], 'after-session']);
  expect(write.changes).toEqual(['may read: no longer ./docs', 'may write: ./docs']);
});

test('a path that is granted already keeps the spelling of the manifest', () => {
  const there = { ...THERE, permissions: { ...THERE.permissions, read: ['docs/'] } };
  expect(again({ grants: { ...NO_GRANTS, read: ['./docs'] } }, {}, there)).toMatchObject({ server: there, changes: [] });
});

test('what an entry says that another takes the place of is named, without values', () => {
  const plain = requestedServer(PLAIN, OFFERED, true, { MODE: 'fast' }, '/home/me');
  expect(replacedSettings(plain, plain)).toEqual([]);
  const theirs = { ...THERE, source: { type: 'npm', package: 'example', version: '1.0.0', overrides: ['zod@3'] } } satisfies DockerServer;
  expect(replacedSettings(theirs, plain)).toEqual([
    'environment: DATABASE_URL, LEVEL, HERE', 'memory: 1g → 512m', 'network: db → none', 'may read: no longer ./docs', 'volumes: no longer ./data:/data',
    'arguments: "--fixed" "--mine" → "--fixed"', 'overrides: no longer zod@3',
  ]);
});
