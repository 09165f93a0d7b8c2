import type { ContainerRecord, SessionActivity } from '../domain/run-directory.ts';
import type { StandbyPolicy } from '../domain/package.ts';
import { type Fields, isFields, parseFields, parseJson } from './loose-json.ts';

/* Content of the files in `run/`, checked without a library: `run` reads them on its way to the first byte. Unusable is undefined. */

export function parseRecord(text: string | undefined): ContainerRecord | undefined {
  const fields = parseFields(text);
  return fields !== undefined && isRecord(fields) ? fields : undefined;
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

const STANDBY_POLICIES: ReadonlySet<string> = new Set<StandbyPolicy>(['safe', 'after-session', 'off']);

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isNumber: Check = (value) => typeof value === 'number';

/** Every field of a record has its check: the compiler counts them. */
const RECORD = {
  version: (value) => value === 1,
  serverKey: isText,
  settingsHash: isText,
  token: isText,
  home: isText,
  manifestId: isText,
  manifestPath: isText,
  server: isText,
  engine: isAddress,
  containerName: isText,
  containerId: (value) => value === null || isText(value),
  createdAt: isNumber,
  boostUntil: (value) => value === null || isNumber(value),
  nanoCpus: isNumber,
  memoryBytes: isNumber,
  shortLived: (value) => typeof value === 'boolean',
  standby: (value) => typeof value === 'string' && STANDBY_POLICIES.has(value),
  epoch: isText,
  link: (value) => value === undefined || isText(value),
} satisfies Record<keyof ContainerRecord, Check>;

function isRecord(fields: Fields): fields is Fields & ContainerRecord {
  return Object.entries(RECORD).every(([name, check]) => check(fields[name]));
}

function isAddress(value: unknown): boolean {
  if (!isFields(value)) return false;
  if (value['kind'] === 'unix') return isText(value['path']);
  return value['kind'] === 'tcp' && isText(value['host']) && isNumber(value['port']) && (value['tls'] === undefined || isTls(value['tls']));
}

function isTls(value: unknown): boolean {
  return isFields(value) && [value['ca'], value['cert'], value['key']].every(isText);
}
