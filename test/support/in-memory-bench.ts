import type { ContainerEngine } from '../../src/domain/container-engine.ts';
import { createInMemoryEngine } from '../../src/docker/in-memory-engine.ts';
import { type Bench, TEST_LABEL, token } from './engine.ts';
import { tinyExec, tinyScript } from './tiny-programs.ts';

const IMAGE = 'cc-mcp-test/tiny:1';

/** The twin of `realBench`: an in-memory engine with the programs of the contract tests. */
export function inMemoryBench(): Bench<ContainerEngine> & ReturnType<typeof createInMemoryEngine> {
  const engine = createInMemoryEngine({
    images: [{ reference: IMAGE, labels: { 'org.cc-mcp.base': '1' }, user: '' }],
    scripts: { [IMAGE]: tinyScript },
    exec: tinyExec,
  });
  return { ...engine, engine: engine.containers, image: IMAGE, labels: { [TEST_LABEL]: token() }, name: () => `cc-mcp-test-${token()}` };
}
