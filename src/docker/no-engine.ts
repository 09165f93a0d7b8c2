import type { DiscoveryAttempt } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import { addressText } from './engine-address.ts';
import { NO_PERMISSION, NOT_ALLOWED, NOT_THERE, suggestionsFor } from './engine-errors.ts';

/** One line for nothing that answered: the sockets that are there with what is wrong with them, else where was looked. */
export function noEngine(attempts: readonly DiscoveryAttempt[]): CcMcpError {
  const tried = attempts.filter(({ outcome, address }) => outcome === 'failed' && address !== undefined);
  const there = tried.filter(({ reason }) => reason !== NOT_THERE);
  const forbidden = there.some(({ reason }) => reason === NOT_ALLOWED);
  const suggestions = forbidden ? NO_PERMISSION : [INSTALL, ...suggestionsFor('', { kind: 'unix', path: '' })];
  const message = there.length > 0
    ? `No container engine answers: ${there.map((attempt) => `${place(attempt)}: ${attempt.reason}`).join('; ')}`
    : `No container engine is running: there is no ${tried.slice(0, 1).map(place).join('')}, nor any of the ${tried.length - 1} other usual sockets`;
  return new CcMcpError('ENGINE_UNREACHABLE', message, { suggestions: there.length > 0 && !forbidden ? suggestions.slice(1) : suggestions });
}

const INSTALL = 'Install Docker (docker.io, Docker Desktop, Colima, OrbStack) or Podman, or name your engine with --engine unix:///path';

function place({ address }: DiscoveryAttempt): string {
  if (address === undefined) return '';
  return address.kind === 'unix' ? address.path : addressText(address);
}
