import type { EngineStrategy, Offer, Surroundings } from './engine-strategy.ts';
import { parseEngineAddress } from './parse-engine-address.ts';

/** `--engine`, CC_MCP_ENGINE, config.json, DOCKER_HOST: each a choice when it is there. */
export const optionStrategy: EngineStrategy = chosen('--engine', (surroundings) => surroundings.option);
export const variableStrategy: EngineStrategy = chosen('CC_MCP_ENGINE', (surroundings) => surroundings.environment['CC_MCP_ENGINE']);
export const configuredStrategy: EngineStrategy = chosen('config.json', (surroundings) => surroundings.configured);
export const dockerHostStrategy: EngineStrategy = chosen('DOCKER_HOST', (surroundings) => surroundings.environment['DOCKER_HOST']);

function chosen(name: string, read: (surroundings: Surroundings) => string | undefined): EngineStrategy {
  return {
    name,
    async offer(surroundings): Promise<Offer> {
      const text = read(surroundings);
      if (text === undefined || text === '') return { kind: 'nothing', reason: 'not set' };
      return { kind: 'choice', address: parseEngineAddress(text, name, surroundings) };
    },
  };
}
