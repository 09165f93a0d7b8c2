import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { prepared, recipe } from '../../test/support/session-fixtures.ts';
import { createInMemoryEngine } from '../docker/in-memory-engine.ts';
import { LABEL, type SessionEngine } from '../domain/container-engine.ts';
import type { DoorState } from '../domain/service-door.ts';
import type { PreparedServer, StandbyPorts } from '../domain/session-ports.ts';
import { serviceDoors } from '../mcp/service-doors.ts';
import { createRunDirectory } from '../store/run-directory.ts';
import { closeServices, releaseService, serviceLock } from './close-services.ts';
import { newRecord } from './container-record.ts';
import { ensureService } from './ensure-service.ts';
import { giveUpService } from './give-up-service.ts';
import { type PreparedService, serviceOfServer } from './service-of-server.ts';
import { serverKeyOf } from './settings-hash.ts';

const IMAGE = 'cc-mcp-test/listens:1';
let folder: string;
let engine: ReturnType<typeof createInMemoryEngine>;
let ports: StandbyPorts;
let state: DoorState;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cc-mcp-services-'));
  engine = createInMemoryEngine({ images: [{ reference: IMAGE, labels: {}, user: '' }], scripts: { [IMAGE]: () => new Promise(() => {}) } });
  state = 'server';
  let now = 0;
  ports = {
    openEngine: () => engine.sessions,
    doors: { ...serviceDoors, state: async () => state },
    run: createRunDirectory(folder, { self: () => ({ pid: 1, startTime: '1', bootId: 'b', pidNamespace: '1' }), isAlive: () => true }),
    // Its sleeps take no time of the test's.
    clock: { now: () => now, monotonic: () => now, sleep: async (milliseconds) => void (now += milliseconds) },
    newToken: () => randomBytes(12).toString('hex'),
    mountedAt: () => undefined,
    openLog: () => ({ write: () => true, drained: async () => undefined, close: async () => undefined }),
  };
});
afterEach(() => rmSync(folder, { recursive: true }));

function service(settingsHash = 'a'.repeat(24)): PreparedServer & { readonly prepared: PreparedService } {
  const body = { Image: IMAGE, Labels: { [LABEL.home]: 'home', [LABEL.manifest]: 'global', [LABEL.server]: 'weather' }, HostConfig: {} };
  const front = { transport: 'http', port: 3000, path: '/mcp', outerPort: 23_456, image: IMAGE, program: '', network: { kind: 'own', isolated: true }, isKept: false } as const;
  const server = prepared({ recipe: { ...recipe({ body, imageId: IMAGE }), home: 'home', manifestId: 'global', server: 'weather', service: front }, settingsHash, serviceToken: 'token', serverKey: serverKeyOf({ home: 'home', manifestId: 'global', server: 'weather' }) });
  const found = serviceOfServer(server);
  if (found === undefined) throw new Error('it is no service');
  return { ...server, prepared: found };
}

const names = async (): Promise<readonly string[]> => (await engine.sessions.list({ [LABEL.home]: 'home' })).map(({ name }) => name).sort();
const ensure = (server = service()): Promise<'started' | 'already-there'> => ensureService(server, server.prepared, engine.sessions, ports);

test('a service is made once: its server and its front', async () => {
  const { service: made } = service().prepared;
  expect([await ensure(), await names()]).toEqual(['started', [made.name, made.front.name]]);
  expect(await ensure()).toBe('already-there');
  expect(await engine.containers.inspectNetwork(made.name)).toMatchObject({ internal: true });
});

test('other settings take its place, because they have its port', async () => {
  await ensure();
  const other = service('b'.repeat(24));
  expect(await ensure(other)).toBe('started');
  expect(await names()).toEqual([other.prepared.service.name, other.prepared.service.front.name]);
});

test('one whose front is gone is made anew', async () => {
  await ensure();
  const [front] = (await engine.sessions.list({ [LABEL.home]: 'home' })).filter(({ name }) => name.endsWith('-front'));
  if (front !== undefined) await engine.sessions.remove(front.id);
  expect([await ensure(), (await names()).length]).toEqual(['started', 2]);
});

test('one that never listens is taken away again, with a reason', async () => {
  state = 'front';
  await expect(ensure()).rejects.toMatchObject({ code: 'ENGINE_FAILED', message: expect.stringContaining('weather does not come up as a service: nothing listens on port 3000') });
  expect(await names()).toEqual([]);
});

test('[F22] one that ends again and again is stopped and keeps its containers; one that has recovered, or that ended less often, runs on', async () => {
  const server = service();
  await ensure(server);
  const crashed = (count: number): SessionEngine => ({ ...engine.sessions, restarts: async () => count });
  const isRunning = async (): Promise<boolean | undefined> => (await engine.sessions.list({ [LABEL.home]: 'home' })).find(({ name }) => name === server.prepared.service.name)?.running;
  expect([await giveUpService(server.recipe, crashed(4), ports), await isRunning()]).toEqual([false, true]);
  expect([await giveUpService(server.recipe, crashed(5), ports), await isRunning(), (await names()).length]).toEqual([true, false, 2]);
  // Nobody ends it twice.
  expect(await giveUpService(server.recipe, engine.sessions, ports)).toBe(true);
  // A start is another try.
  expect([await ensure(server), await isRunning()]).toEqual(['started', true]);
});

test('[F22] one that somebody starts or takes away at this moment is left to them', async () => {
  const server = service();
  await ensure(server);
  using lock = ports.run.tryLock(serviceLock(server.serverKey));
  const engineOfCrash = { ...engine.sessions, restarts: async () => 5 };
  expect([lock !== undefined, await giveUpService(server.recipe, engineOfCrash, ports)]).toEqual([true, false]);
});

test('it goes when nobody is connected any more, or when it is closed', async () => {
  const server = service();
  await ensure(server);
  const record = newRecord(server, ports);
  ports.run.writeOwned('session', record);
  expect([await releaseService(server.recipe, engine.sessions, ports), (await names()).length]).toEqual([0, 2]);
  ports.run.forget(ports.run.mine('session', record));
  expect([await releaseService(server.recipe, engine.sessions, ports), await names()]).toEqual([1, []]);
  await ensure(server);
  ports.run.writeOwned('session', record);
  expect([await closeServices(server.recipe, engine.sessions, ports), await names()]).toEqual([1, []]);
  expect(await engine.containers.inspectNetwork(server.prepared.service.name)).toBeUndefined();
});
