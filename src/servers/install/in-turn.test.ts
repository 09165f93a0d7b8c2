import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Progress } from '../../domain/progress.ts';
import { inTurn } from './in-turn.ts';
import type { Turn } from './in-turn.ts';

function rig(): { readonly said: string[]; readonly progress: Progress } {
  const said: string[] = [];
  return { said, progress: { report: (event) => void said.push('text' in event ? event.text : '') } };
}

const note = (turn: Turn, text: string): void => turn.progress.report({ type: 'note', text });

test('makes the next while one has its turn, never two turns at once, and says everything in order', async () => {
  const { said, progress } = rig();
  const happened: string[] = [];
  const results = await inTurn(['a', 'b', 'c'], progress, async (name, turn) => {
    happened.push(`${name} begins`);
    note(turn, `${name} is made`);
    await turn.comes();
    happened.push(`${name} has its turn`);
    note(turn, `${name} is tried`);
    await sleep(20);
    happened.push(`${name} is done`);
    return name.toUpperCase();
  });
  expect(results).toEqual(['A', 'B', 'C']);
  expect(happened).toEqual(['a begins', 'a has its turn', 'b begins', 'a is done', 'b has its turn', 'c begins', 'b is done', 'c has its turn', 'c is done']);
  expect(said).toEqual(['a is made', 'a is tried', 'b is made', 'b is tried', 'c is made', 'c is tried']);
});

test('one that ends without its turn gives nobody else an earlier one, and is heard in its place', async () => {
  const { said, progress } = rig();
  const results = await inTurn(['a', 'broken', 'c'], progress, async (name, turn) => {
    note(turn, `${name} is made`);
    if (name === 'broken') return 'failed';
    await turn.comes();
    await sleep(20);
    note(turn, `${name} is done`);
    return name;
  });
  expect(results).toEqual(['a', 'failed', 'c']);
  expect(said).toEqual(['a is made', 'a is done', 'broken is made', 'c is made', 'c is done']);
});

test('after one that throws none begins, and who waits for its turn is told', async () => {
  const { progress } = rig();
  const ended: string[] = [];
  const all = inTurn(['a', 'b', 'c'], progress, async (name, turn) => {
    try {
      await turn.comes();
      await sleep(20);
      if (name === 'a') throw new Error('the engine is gone');
    } finally {
      ended.push(name);
    }
  });
  await expect(all).rejects.toThrow('the engine is gone');
  expect(ended).toEqual(['a', 'b']);
});

test('what throws before its turn ends it after the one before is done', async () => {
  const { progress } = rig();
  const ended: string[] = [];
  const all = inTurn(['a', 'b', 'c'], progress, async (name, turn) => {
    if (name === 'b') throw new Error('interrupted');
    await turn.comes();
    await sleep(20);
    ended.push(name);
  });
  await expect(all).rejects.toThrow('interrupted');
  expect(ended).toEqual(['a']);
});
