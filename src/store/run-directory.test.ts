import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ProcessIdentity, ProcessTable, RunDirectory } from '../domain/run-directory.ts';
import { record } from '../../test/support/session-fixtures.ts';
import { createRunDirectory } from './run-directory.ts';

let folder: string;
const dead = new Set<number>();
const processes = (pid: number): ProcessTable => ({
  self: () => ({ pid, startTime: '1', bootId: 'boot', pidNamespace: '1' }),
  isAlive: (other: ProcessIdentity) => !dead.has(other.pid),
});
const as = (pid: number): RunDirectory => createRunDirectory(join(folder, 'run'), processes(pid));

beforeEach(() => {
  dead.clear();
  folder = mkdtempSync(join(tmpdir(), 'cc-mcp-run-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a token is loading, then a standby, then a session of exactly one of those that claim it', () => {
  const [maker, one, other] = [as(1), as(2), as(3)];
  const token = record('f00');
  maker.writeOwned('loading', { ...token, containerId: null });
  expect(maker.ready()).toEqual([]);
  maker.publish(token);
  expect(maker.owned('loading')).toEqual([]);
  expect(one.readReady(token)).toEqual(token);
  expect(one.claim(token, 'session')).toEqual(token);
  expect(other.claim(token, 'session')).toBeUndefined();
  expect(other.owned('session', token.serverKey)).toMatchObject([{ token: token.token, owner: { pid: 2 }, alive: true }]);
  one.forget(one.mine('session', token));
  expect(other.owned('session')).toEqual([]);
});

test('files and folders are for their owner alone', () => {
  const run = as(1);
  run.homeKey();
  run.writeOwned('session', record('f00'));
  expect(statSync(join(folder, 'run')).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, 'run/key')).mode & 0o777).toBe(0o600);
});

test('the key of the home is made once, also when many ask for it', () => {
  expect(as(1).homeKey()).toMatch(/^[0-9a-f]{64}$/);
  expect(as(2).homeKey()).toBe(as(1).homeKey());
});

test('a record that was damaged is claimed, and not handed out', () => {
  const [maker, claimer] = [as(1), as(2)];
  const token = record('f00');
  maker.writeOwned('loading', token);
  maker.publish(token);
  writeFileSync(join(folder, 'run/standby', `${token.serverKey}.${token.settingsHash}.${token.token}`), '{"version":1');
  expect(claimer.readReady(token)).toBeUndefined();
  expect(claimer.claim(token, 'session')).toBeUndefined();
  expect(claimer.ready()).toEqual([]);
  expect(claimer.owned('session')).toHaveLength(1);
});

test('a lock is held by one living process; that of a dead one is broken by exactly one', () => {
  const [one, other, third] = [as(1), as(2), as(3)];
  const lock = one.tryLock('server');
  expect(lock).toBeDefined();
  expect(other.tryLock('server')).toBeUndefined();
  expect(one.tryLock('server')).toBeUndefined();
  expect(other.isLocked('server')).toBe(true);
  dead.add(1);
  expect(other.isLocked('server')).toBe(false);
  const broken = other.tryLock('server');
  expect(broken).toBeDefined();
  expect(third.tryLock('server')).toBeUndefined();
  // Its former owner has nothing to release any more.
  lock?.[Symbol.dispose]();
  expect(third.tryLock('server')).toBeUndefined();
  broken?.[Symbol.dispose]();
  expect(third.tryLock('server')).toBeDefined();
});

test('an epoch changes whenever a session has ended', () => {
  const run = as(1);
  const first = run.epoch('a');
  expect(as(2).epoch('a')).toBe(first);
  run.advanceEpoch('a');
  expect(as(2).epoch('a')).not.toBe(first);
  expect(as(2).epoch('b')).toBe(first);
});

test('sweeping takes what belongs to no token any more, and only when it is old', () => {
  const run = as(1);
  const [living, gone] = [record('1'), record('2')];
  run.writeOwned('session', living);
  const activity = { calls: 1, errors: 0, latencyTotal: 1, latencyMax: 1, strayLines: 0 };
  for (const name of [living, gone]) {
    run.markSettled(name.token);
    run.writeActivity(name, activity);
  }
  run.sweep(1000, Date.now());
  expect(run.activity(gone.serverKey)).toHaveLength(2);
  run.sweep(1000, Date.now() + 5000);
  expect(run.activity(gone.serverKey)).toMatchObject([{ token: living.token, calls: 1 }]);
  expect([run.isSettled(living.token), run.isSettled(gone.token)]).toEqual([true, false]);
});

test('the note on changed tools goes when there is none', () => {
  const run = as(1);
  run.writeDrift('a', ['read']);
  expect(run.drift('a')).toEqual(['read']);
  run.writeDrift('a', []);
  expect(run.drift('a')).toEqual([]);
});
