import { describe } from 'vitest';
import { realBench, TEST_ENGINES } from '../support/engine.ts';
import { inMemoryBench } from '../support/in-memory-bench.ts';
import { sessionEngineContract } from './session-engine.contract.ts';

for (const on of TEST_ENGINES) describe(`${on.name}`, () => {
  sessionEngineContract('EngineHttp', async () => {
    const { engine, sessions, ...bench } = await realBench(on);
    // The body depends on what the engine is.
    await engine.info();
    return { ...bench, engine: sessions, createBody: (spec) => engine.createBody(spec) };
  }, on);
});
sessionEngineContract('the in-memory engine', async () => {
  const { engine, sessions, ...bench } = inMemoryBench();
  return { ...bench, engine: sessions, createBody: (spec) => engine.createBody(spec) };
});
