import { expect, test } from 'vitest';
import type { ContainerId } from '../domain/container-engine.ts';
import { containerExits } from './container-exits.ts';
import type { EngineCaller } from './engine-caller.ts';

const died = (exitCode: number): object => ({ Action: 'die', Actor: { Attributes: { exitCode: String(exitCode) } } });
const OOM = { Action: 'oom', Actor: { Attributes: {} } };

test.each([
  ['nothing', [], []],
  ['an end', [died(3)], [{ exitCode: 3, oomKilled: false }]],
  ['ends, of which one was for want of memory', [died(3), OOM, died(137), died(4)], [{ exitCode: 3, oomKilled: false }, { exitCode: 137, oomKilled: true }, { exitCode: 4, oomKilled: false }]],
  ['want of memory that is said after the end', [died(3), died(137), OOM], [{ exitCode: 3, oomKilled: false }, { exitCode: 137, oomKilled: true }]],
  ['a helper that wanted memory, and no end', [OOM], []],
])('reads from the engine\'s events: %s', async (_, events, expected) => {
  const paths: string[] = [];
  const engine = { bytes: async (_attempted: object, { path }: { path: string }) => (paths.push(path), Buffer.from(events.map((event) => JSON.stringify(event)).join('\n'))) } as unknown as EngineCaller;
  expect(await containerExits(engine, 'abc' as ContainerId, { since: 1500, until: 2500 }, undefined)).toEqual(expected);
  expect(new URLSearchParams(paths[0]?.split('?')[1])).toEqual(new URLSearchParams({ since: '1.500', until: '2.500', filters: '{"type":["container"],"container":["abc"],"event":["die","oom"]}' }));
});
