import { expect, it } from 'vitest';
import { createInMemoryEngine } from '../docker/in-memory-engine.ts';
import type { ContainerEngine, ContainerSpec } from '../domain/container-engine.ts';
import type { Companion } from '../domain/package.ts';
import { systemClock } from '../host/system-clock.ts';
import { startCompanion } from './companion.ts';

const IMAGE = 'cc-mcp-test/companion:1';
const SPEC: ContainerSpec = {
  name: 'cc-mcp-gate-x', image: IMAGE, command: [], environment: {}, labels: {}, user: '1:1', mounts: [], tmpfs: {}, network: { kind: 'none' }, extraHosts: [],
  memoryBytes: 64 * 1024 ** 2, nanoCpus: 1e9, pids: 16, readOnlyRoot: true, capAdd: [], securityOptions: [], stdin: true, logDriver: 'none',
};
const COMPANION: Companion = { name: 'db', image: IMAGE, user: '1:1', command: [], environment: {}, tmpfs: {}, memory: '64m', ready: ['true'], configuration: {}, arguments: [] };

/** The same engine, but the end of a container is told so many milliseconds after it. */
function tellingLate(engine: ContainerEngine, milliseconds: number): ContainerEngine {
  return new Proxy(engine, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      if (key !== 'wait') return value.bind(target) as unknown;
      return async (...args: Parameters<ContainerEngine['wait']>) => {
        const status = await target.wait(...args);
        await new Promise((resolve) => setTimeout(resolve, milliseconds));
        return status;
      };
    },
  });
}

it.each([0, 400])('a companion that exits is reported with its exit code, also when the engine tells it %i ms later', async (milliseconds) => {
  const { containers } = createInMemoryEngine({
    images: [{ reference: IMAGE }],
    scripts: {
      [IMAGE]({ stderr }) {
        stderr.write('FATAL: no space left\n');
        return 7;
      },
    },
    exec: () => ({ exitCode: 1, output: '' }),
  });
  await using held = new AsyncDisposableStack();
  const { result, running } = await startCompanion(tellingLate(containers, milliseconds), systemClock, { companion: COMPANION, image: IMAGE, spec: SPEC, seconds: 10 }, held, new AbortController().signal);
  expect([running, result.outcome, result.reason]).toEqual([undefined, 'failed', 'the companion db exited with code 7: FATAL: no space left']);
});
