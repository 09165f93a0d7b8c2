import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createInMemoryEngine } from '../docker/in-memory-engine.ts';
import { type ContainerSummary, LABEL, type SessionEngine } from '../domain/container-engine.ts';
import type { ProcessTable } from '../domain/run-directory.ts';
import type { PreparedServer, SessionLog, StandbyPorts } from '../domain/session-ports.ts';
import { serviceDoors } from '../mcp/service-doors.ts';
import { createRunDirectory } from '../store/run-directory.ts';
import { prepared, recipe, record } from '../../test/support/session-fixtures.ts';
import { dropStandbys } from './drop-standbys.ts';
import { ensureStandby } from './ensure-standby.ts';
import { keepStandby } from './keep-standby.ts';
import { keepWithinBudget } from './keep-within-budget.ts';
import { listSessions, listStandbys } from './list-containers.ts';
import { reap } from './reap.ts';

const IMAGE = 'cc-mcp-test/waits:1';
const SILENT: SessionLog = { write: () => true, drained: async () => undefined, close: async () => undefined };
const DAY = 24 * 60 * 60 * 1000;

let folder: string;
let engine: SessionEngine;
let clock: { offset: number };
const dead = new Set<number>();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cc-mcp-life-'));
  dead.clear();
  clock = { offset: 0 };
  engine = createInMemoryEngine({
    images: [{ reference: IMAGE, labels: {}, user: '' }],
    scripts: { [IMAGE]: ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(0))) },
  }).sessions;
});
afterEach(() => rmSync(folder, { recursive: true }));

function ports(pid = 1): StandbyPorts {
  const processes: ProcessTable = { self: () => ({ pid, startTime: '1', bootId: 'b', pidNamespace: '1' }), isAlive: (other) => !dead.has(other.pid) };
  return {
    openEngine: () => engine,
    doors: serviceDoors,
    run: createRunDirectory(folder, processes),
    clock: { now: () => Date.now() + clock.offset, monotonic: () => performance.now(), sleep: () => new Promise((resolve) => setTimeout(resolve, 5)) },
    newToken: () => randomBytes(12).toString('hex'),
    mountedAt: () => undefined,
    openLog: () => SILENT,
  };
}

function server(more: Partial<PreparedServer> = {}): PreparedServer {
  const body = { Image: IMAGE, Labels: { [LABEL.home]: 'home' }, HostConfig: { NetworkMode: 'none', NanoCpus: 500_000_000, Memory: 64 * 1024 ** 2, PidsLimit: 128 }, OpenStdin: true, StdinOnce: true };
  return prepared({ recipe: recipe({ body, imageId: IMAGE }), ...more });
}

const containers = (): Promise<readonly ContainerSummary[]> => engine.list({ [LABEL.home]: 'home' });

test('a standby is made once; the second to ask finds it', async () => {
  expect(await ensureStandby(server(), ports())).toMatchObject({ kind: 'started' });
  expect(await ensureStandby(server(), ports(2))).toMatchObject({ kind: 'present' });
  expect(await containers()).toHaveLength(1);
  expect(listStandbys(ports())).toMatchObject([{ settled: true }]);
});

test('of many that ask at once, one loads, one waits to look again, and the others leave it to them', async () => {
  const outcomes = await Promise.all([1, 2, 3, 4, 5].map((pid) => ensureStandby(server(), ports(pid))));
  expect(outcomes.every(({ kind }) => ['awaited', 'present', 'started'].includes(kind))).toBe(true);
  expect(outcomes.filter(({ kind }) => kind === 'started')).toHaveLength(1);
  expect(await containers()).toHaveLength(1);
});

test('two settings have two standbys, and dropping one server leaves the other', async () => {
  await ensureStandby(server(), ports());
  await ensureStandby(server({ settingsHash: 'c'.repeat(24) }), ports());
  await ensureStandby(server({ serverKey: 'd'.repeat(24) }), ports());
  expect(await containers()).toHaveLength(3);
  expect(await dropStandbys(ports(), 'a'.repeat(24))).toBe(2);
  expect(await containers()).toHaveLength(1);
});

test('with `off` there is none; with `after-session` none while a session lives', async () => {
  expect(await ensureStandby(server({ recipe: { ...server().recipe, standby: 'off' } }), ports())).toEqual({ kind: 'off' });
  const stateful = server({ recipe: { ...server().recipe, standby: 'after-session' } });
  const session = ports(2);
  session.run.writeOwned('session', record('e'));
  expect(await ensureStandby(stateful, ports())).toEqual({ kind: 'in-session' });
  expect(listSessions(ports())).toMatchObject([{ pid: 2, alive: true }]);
  session.run.forget(session.run.mine('session', record('e')));
  expect(await ensureStandby(stateful, ports())).toMatchObject({ kind: 'started' });
  session.run.advanceEpoch(stateful.serverKey);
  expect(await ensureStandby(stateful, ports())).toMatchObject({ kind: 'started' });
  expect(await containers()).toHaveLength(1);
});

test('a standby that died is replaced', async () => {
  await ensureStandby(server(), ports());
  for (const container of await containers()) await engine.kill(container.id);
  expect(await ensureStandby(server(), ports())).toMatchObject({ kind: 'started' });
  expect(await containers()).toHaveLength(1);
});

test('standbys beyond the budget go, the longest unused first', async () => {
  const used = async (): Promise<number> => (await engine.usage((await containers())[0]?.id ?? ('' as never)))?.memoryBytes ?? 0;
  for (const key of ['1', '2', '3']) {
    await ensureStandby(server({ serverKey: key.repeat(24) }), ports());
    clock.offset += 1000;
  }
  expect(await keepWithinBudget(ports())).toEqual([]);
  ports().run.writeBudget(Math.floor((await used()) * 1.5));
  const released = await keepWithinBudget(ports());
  expect(released.map(({ serverKey }) => serverKey[0])).toEqual(['1', '2']);
  expect(await containers()).toHaveLength(1);
});

test('what a dead process was making, using or removing goes; what a living one has stays', async () => {
  for (const [pid, role] of [[1, 'loading'], [2, 'session'], [3, 'removing'], [4, 'session']] as const) {
    const token = record(String(pid));
    ports(pid).run.writeOwned(role, token);
    await engine.create(`c${pid}`, { ...server().recipe.body, Labels: { [LABEL.home]: 'home', [LABEL.token]: token.token } });
  }
  dead.add(1).add(2).add(3);
  expect(await reap('home', record('0').engine, ports(9))).toMatchObject({ orphans: 3 });
  expect((await containers()).map(({ name }) => name)).toEqual(['c4']);
});

test('a token whose container the engine may still be making stays until that is over', async () => {
  const token = record('1', { containerId: null, createdAt: Date.now() });
  ports(1).run.writeOwned('session', token);
  dead.add(1);
  await reap('home', token.engine, ports(9));
  expect(ports(9).run.owned('session')).toHaveLength(1);
  await engine.create('late', { ...server().recipe.body, Labels: { [LABEL.home]: 'home', [LABEL.token]: token.token } });
  expect((await reap('home', token.engine, ports(9))).orphans).toBe(1);
  expect(await containers()).toEqual([]);
  ports(1).run.writeOwned('session', token);
  clock.offset = 3 * 60_000;
  await reap('home', token.engine, ports(9));
  expect(ports(9).run.owned('session')).toEqual([]);
});

test('a container without a token is left until it is a day old, and one without even the label for ever', async () => {
  await engine.create('unknown', { ...server().recipe.body, Labels: { [LABEL.home]: 'home', [LABEL.token]: 'f'.repeat(24) } });
  await engine.create('service', { ...server().recipe.body, Labels: { [LABEL.home]: 'home', [LABEL.token]: '' } });
  expect((await reap('home', record('0').engine, ports())).orphans).toBe(0);
  clock.offset = DAY + 60_000;
  expect((await reap('home', record('0').engine, ports())).orphans).toBe(1);
  expect((await containers()).map(({ name }) => name)).toEqual(['service']);
});

test('the standby that a session leaves goes when the settings changed while it loaded; one with the new settings stays', async () => {
  expect(await ensureStandby(server({ settingsHash: 'b'.repeat(24) }), ports())).toMatchObject({ kind: 'started' });
  let asked = 0;
  await keepStandby(server({ settingsHash: 'a'.repeat(24) }), 'none', () => (asked += 1) === 1, ports(2));
  expect(ports().run.ready().map(({ settingsHash }) => settingsHash)).toEqual(['b'.repeat(24)]);
  expect(await containers()).toHaveLength(1);
});

test('no standby is made of settings that hold no more', async () => {
  expect(await keepStandby(server(), 'none', () => false, ports())).toEqual({ kind: 'off' });
  expect(await containers()).toEqual([]);
});
