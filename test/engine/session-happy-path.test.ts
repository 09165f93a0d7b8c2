import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, RunClient } from '../support/run-client.ts';
import { SessionHome } from '../support/session-home.ts';
import { type SessionProgram, sessionProgram } from '../support/session-program.ts';

let program: SessionProgram;
beforeAll(async () => {
  program = await sessionProgram();
});
afterAll(async () => {
  await program[Symbol.asyncDispose]();
});

test('[M7] a first client goes cold, is answered, and leaves a standby behind that the next one gets', async () => {
  await using home = await SessionHome.create();
  await home.addServer('polite.mjs');
  const launch = { bin: program.bin, home: home.folder, words: ['fixture'], env: { CC_MCP_REPLACEMENT_DELAY: '100' } };
  const cold = new RunClient(launch);
  console.log('cold', await cold.connect());
  expect((await cold.call('echo', { text: 'hello' })).result.content[0].text).toBe('hello');
  await eventually('a standby', async () => (await home.tokens('standby')).length === 1);
  expect(await cold.leave()).toBe(0);
  await eventually('one container', async () => (await home.containers()).length === 1);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  for (let i = 0; i < 4; i++) {
  const warm = new RunClient(launch);
  console.log('warm', await warm.connect());
  expect((await warm.call('echo', { text: 'again' })).result.content[0].text).toBe('again');
  expect(await warm.leave()).toBe(0);
  console.log(warm.stderr);
  await eventually('one container', async () => (await home.containers()).length === 1 && (await home.tokens('standby')).length === 1);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  }
});
