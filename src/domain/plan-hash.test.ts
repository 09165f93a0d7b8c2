import { describe, expect, it, test } from 'vitest';
import type { EffectivePlan, PlannedMount } from './effective-plan.ts';
import { planChanges, planHash } from './plan-hash.ts';

const bind = (source: string, target: string, readOnly: boolean): PlannedMount => ({ mount: { kind: 'bind', source, target, readOnly }, device: 1, inode: 2 });
const plan: EffectivePlan = {
  source: 'npm:x@1.0.0', lockEntryHash: 'a'.repeat(64), imageId: 'sha256:1', entrypoint: ['/x'], arguments: ['/notes'], environment: { A: { kind: 'literal', value: '1' } },
  mounts: [bind('/home/u/notes', '/notes', false)], network: { kind: 'named', name: 'db' }, user: '1000:1000', memoryBytes: 512, nanoCpus: 5e8, pids: 128, standby: 'safe', controlFiles: false,
};
const widening = (wanted: EffectivePlan): string[] => planChanges(plan, wanted).filter(({ narrows }) => !narrows).map(({ text }) => text);

describe('[M17] changes of an approved plan', () => {
  it('lets what only takes away through: less memory, no network, read-only, fewer variables, a read-only cover', () => {
    const narrower: EffectivePlan = { ...plan, memoryBytes: 256, network: { kind: 'none' }, environment: {}, mounts: [bind('/home/u/notes', '/notes', true)] };
    expect(widening(narrower)).toEqual([]);
    expect(widening({ ...plan, mounts: [...plan.mounts, bind('/home/u/notes/.git/hooks', '/notes/.git/hooks', true)] })).toEqual([]);
  });

  it.each([
    ['image', { ...plan, imageId: 'sha256:2' }], ['arguments', { ...plan, arguments: ['/'] }], ['mount', { ...plan, mounts: [...plan.mounts, bind('/home/u/other', '/other', true)] }],
    ['network', { ...plan, network: { kind: 'bridge' as const } }], ['variable', { ...plan, environment: { ...plan.environment, S: { kind: 'template' as const, template: '${secret:S}' } } }],
    ['memory', { ...plan, memoryBytes: 1024 }], ['executable', { ...plan, entrypoint: ['/y'] }], ['user', { ...plan, user: '0:0' }],
  ])('says that another %s is more', (what, wanted) => {
    expect(widening(wanted).join()).toContain(what);
  });

  it('says that a cover over a control file is gone', () => {
    const covered = { ...plan, mounts: [...plan.mounts, bind('/home/u/notes/.envrc', '/notes/.envrc', true)] };
    expect(planChanges(covered, plan)).toEqual([{ text: 'mount at /notes/.envrc is gone', narrows: false }]);
  });

  it('says that more of the opened project is more, and less of it is less', () => {
    const read = { ...plan, project: [{ right: 'read' as const, at: null }] };
    const write = { ...plan, project: [{ right: 'write' as const, at: null }] };
    expect(widening(read)).toEqual(['the opened project (@project): none → read']);
    expect(planChanges(read, write)).toEqual([{ text: 'the opened project (@project): read → write', narrows: false }]);
    for (const narrower of [read, plan]) expect(planChanges(write, narrower)).toMatchObject([{ narrows: true }]);
    expect(planChanges(read, { ...plan, project: [{ right: 'read', at: '/work' }] })).toMatchObject([{ narrows: false }]);
    expect(planHash(read)).not.toBe(planHash(plan));
  });

  it('hashes the same plan alike after an inode changed', () => {
    expect(planHash({ ...plan, mounts: plan.mounts.map((mount) => ({ ...mount, inode: 99 })) })).toBe(planHash(plan));
  });
});

test('fewer ports of this machine are less, others are not', () => {
  const at = (...ports: number[]): EffectivePlan => ({ ...plan, network: { kind: 'localhost', ports } });
  expect(planChanges(at(1, 2), at(2))).toEqual([{ text: 'network: localhost:1, localhost:2 → localhost:2', narrows: true }]);
  expect(planChanges(at(1), at(1, 2))).toEqual([{ text: 'network: localhost:1 → localhost:1, localhost:2', narrows: false }]);
  expect(planChanges({ ...plan, network: { kind: 'bridge' } }, at(1))[0]?.narrows).toBe(false);
});
