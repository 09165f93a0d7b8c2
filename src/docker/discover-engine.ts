import type { DiscoveryAttempt, EngineAddress } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import { EngineHttp } from './engine-http.ts';
import { textAt } from './json-fields.ts';
import { noEngine } from './no-engine.ts';
import { configuredStrategy, dockerHostStrategy, optionStrategy, variableStrategy } from './strategies/chosen-by-user.ts';
import { dockerContextStrategy } from './strategies/docker-context.ts';
import type { EngineStrategy, Place, Surroundings } from './strategies/engine-strategy.ts';
import { usualSocketsStrategy } from './strategies/usual-sockets.ts';

const STRATEGIES: readonly EngineStrategy[] = [
  optionStrategy, variableStrategy, configuredStrategy, dockerHostStrategy, dockerContextStrategy, usualSocketsStrategy,
];

/** Milliseconds for one answer to a ping; the places of one strategy are asked at once, so that all of it takes less than 2 s. */
const PATIENCE = 1500;

/** What was tried, and what came of it: an engine's address, or the failure to end a command with. */
export type Discovery =
  | { readonly address: EngineAddress; readonly attempts: readonly DiscoveryAttempt[] }
  | { readonly failure: CcMcpError; readonly attempts: readonly DiscoveryAttempt[] };

export async function discoverEngine(surroundings: Surroundings, signal?: AbortSignal): Promise<{ readonly address: EngineAddress; readonly attempts: readonly DiscoveryAttempt[] }> {
  const discovery = await tryEngines(surroundings, signal);
  if ('failure' in discovery) throw discovery.failure;
  return discovery;
}

/** The same, for `doctor`: fails only when it is aborted. */
export async function tryEngines(surroundings: Surroundings, signal?: AbortSignal, strategies: readonly EngineStrategy[] = STRATEGIES): Promise<Discovery> {
  const attempts: DiscoveryAttempt[] = [];
  let decided: { readonly address: EngineAddress } | { readonly failure: CcMcpError } | undefined;
  for (const strategy of strategies) {
    if (decided !== undefined) {
      attempts.push({ strategy: strategy.name, outcome: 'not-tried', reason: 'decided before' });
      continue;
    }
    decided = await tryStrategy(strategy, surroundings, attempts, signal);
  }
  return { ...(decided ?? { failure: noEngine(attempts) }), attempts };
}

async function tryStrategy(
  strategy: EngineStrategy, surroundings: Surroundings, attempts: DiscoveryAttempt[], signal: AbortSignal | undefined,
): Promise<{ readonly address: EngineAddress } | { readonly failure: CcMcpError } | undefined> {
  const offer = await offerOf(strategy, surroundings);
  switch (offer.kind) {
    case 'failure':
      attempts.push({ strategy: strategy.name, outcome: 'failed', reason: offer.failure.message });
      return offer;
    case 'nothing':
      attempts.push({ strategy: strategy.name, outcome: 'not-applicable', reason: offer.reason });
      return undefined;
    case 'choice': {
      const failure = await ping(offer.address, signal);
      attempts.push(attempt({ name: strategy.name, address: offer.address }, failure));
      return failure === undefined ? { address: offer.address } : { failure: chosen(strategy.name, failure) };
    }
    case 'places':
      return tryPlaces(offer.places, attempts, signal);
    default:
      return offer satisfies never;
  }
}

async function offerOf(strategy: EngineStrategy, surroundings: Surroundings) {
  try {
    return await strategy.offer(surroundings);
  } catch (error) {
    if (error instanceof CcMcpError) return { kind: 'failure', failure: error } as const;
    throw error;
  }
}

async function tryPlaces(places: readonly Place[], attempts: DiscoveryAttempt[], signal: AbortSignal | undefined): Promise<{ readonly address: EngineAddress } | undefined> {
  const failures = await Promise.all(places.map(({ address }) => ping(address, signal)));
  const winner = failures.indexOf(undefined);
  for (const [index, place] of places.entries()) {
    const late = winner !== -1 && index > winner;
    attempts.push(late ? { strategy: place.name, outcome: 'not-tried', reason: 'another one comes first', address: place.address } : attempt(place, failures[index]));
  }
  const won = places[winner];
  return won === undefined ? undefined : { address: won.address };
}

/** Undefined: it answers. */
async function ping(address: EngineAddress, signal: AbortSignal | undefined): Promise<CcMcpError | undefined> {
  try {
    await new EngineHttp(address, PATIENCE).ping(signal);
    return undefined;
  } catch (error) {
    if (error instanceof CcMcpError) return error;
    throw error;
  }
}

function attempt({ name, address }: Place, failure: CcMcpError | undefined): DiscoveryAttempt {
  if (failure === undefined) return { strategy: name, outcome: 'won', reason: 'answers', address };
  return { strategy: name, outcome: 'failed', reason: textAt(failure.details, 'reason') || failure.message, address };
}

/** A choice of the user's that does not answer is said to be one. */
function chosen(strategy: string, failure: CcMcpError): CcMcpError {
  return new CcMcpError('ENGINE_UNREACHABLE', `${failure.message} (chosen by ${strategy})`, {
    suggestions: failure.suggestions, details: failure.details, cause: failure,
  });
}
