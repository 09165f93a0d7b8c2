import { sanitizeLine } from '../domain/sanitize.ts';
import { NETWORK } from './diagnosis.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { PypiConfiguration } from './pypi-configuration.ts';
import { indexRefuses } from './pypi-failure.ts';
import { indexesOf } from './pypi-settings.ts';
import { hasCredentials, hostOf } from './registry-address.ts';

/** What pip says of why it could not fetch a locked wheel; undefined when it says nothing that we know. */
export function explainPipFailure(output: readonly string[], packageName: string, indexes: PypiConfiguration): Diagnosis | undefined {
  const text = sanitizeLine(output.join(' '), 8000);
  const [first] = indexesOf(indexes).map(hostOf);
  const [, host, status] = /Could not fetch URL https?:\/\/(?:[^/@\s]*@)?([^/\s]+)\S*: (40[13])\b/.exec(text) ?? [];
  if (status !== undefined) return indexRefuses(host, packageName, status, indexesOf(indexes).some((index) => hostOf(index) === host && hasCredentials(index)));
  if (/HASHES|do not match the hashes/.test(text)) return { code: 'BUILD_FAILED', message: `An archive of ${packageName} or of what it needs is not the one of the lock`, suggestions: ['The index changed it, or something between changed it: do not install it'] };
  const missing = /No matching distribution found for ([A-Za-z0-9._-]+==[A-Za-z0-9.!+_-]+)/.exec(text)?.[1];
  if (missing !== undefined) return { code: 'RESOLUTION_FAILED', message: `${missing} of the lock has no wheel at ${first ?? 'your index'}`, suggestions: ['Look whether your index still has it, or whether it hides it from these credentials'] };
  if (/NewConnectionError|ConnectTimeout|ReadTimeout|Max retries exceeded|Connection refused/.test(text)) return { ...NETWORK, message: `${first ?? 'The Python package index'} does not answer` };
  if (/No module named pip\b/.test(text)) return { code: 'RESOLUTION_FAILED', message: 'The base image has no pip, which fetches what a private index has', suggestions: ['cc-mcp config set images.bases.python IMAGE   one that has uv and pip'] };
  return undefined;
}
