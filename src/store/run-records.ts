import type { ContainerRecord, SessionActivity } from '../domain/run-directory.ts';
import type { EngineAddress } from '../domain/container-engine.ts';
import { parseFields, parseJson } from './loose-json.ts';

/* Content of the files in `run/`, checked without a library: `run` reads them on its way to the first byte. Unusable is undefined. */

export function parseRecord(text: string | undefined): ContainerRecord | undefined {
  const fields = parseFields(text);
  if (fields === undefined || fields['version'] !== 1) return undefined;
  const strings = ['token', 'serverKey', 'settingsHash', 'home', 'manifestId', 'manifestPath', 'server', 'containerName', 'epoch', 'standby'];
  const numbers = ['createdAt', 'nanoCpus', 'memoryBytes'];
  const sound =
    strings.every((name) => typeof fields[name] === 'string') &&
    numbers.every((name) => typeof fields[name] === 'number') &&
    isNullOr('number', fields['boostUntil']) && isNullOr('string', fields['containerId']) &&
    typeof fields['shortLived'] === 'boolean' && isAddress(fields['engine']);
  return sound ? (fields as unknown as ContainerRecord) : undefined;
}

export function parseActivity(text: string | undefined): SessionActivity | undefined {
  const { calls, errors, latencyTotal, latencyMax, strayLines } = parseFields(text) ?? {};
  if (typeof calls !== 'number' || typeof errors !== 'number' || typeof latencyTotal !== 'number' || typeof latencyMax !== 'number') return undefined;
  return { calls, errors, latencyTotal, latencyMax, strayLines: typeof strayLines === 'number' ? strayLines : 0 };
}

export function parseDrift(text: string | undefined): readonly string[] {
  const value = parseJson(text);
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}

function isNullOr(type: 'number' | 'string', value: unknown): boolean {
  return value === null || typeof value === type;
}

function isAddress(value: unknown): value is EngineAddress {
  return typeof value === 'object' && value !== null && 'kind' in value && (value.kind === 'unix' || value.kind === 'tcp');
}
