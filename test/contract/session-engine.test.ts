import { realBench } from '../support/engine.ts';
import { inMemoryBench } from '../support/in-memory-bench.ts';
import { sessionEngineContract } from './session-engine.contract.ts';

sessionEngineContract('EngineHttp', async () => {
  const { engine, sessions, ...bench } = await realBench();
  return { ...bench, engine: sessions, createBody: (spec) => engine.createBody(spec) };
});
sessionEngineContract('the in-memory engine', async () => {
  const { engine, sessions, ...bench } = inMemoryBench();
  return { ...bench, engine: sessions, createBody: (spec) => engine.createBody(spec) };
});
