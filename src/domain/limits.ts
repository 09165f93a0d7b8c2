import { CcMcpError } from './errors.ts';
import type { ManifestLimits } from './manifest.ts';

export interface Limits {
  readonly memoryBytes: number;
  readonly nanoCpus: number;
  readonly pids: number;
}

export const DEFAULT_LIMITS = { memory: '512m', cpus: '0.5', pids: 128 } as const;
/** The engine refuses less. */
const LEAST_MEMORY = 6 * 1024 ** 2;
/** Node dies of SIGSEGV below this (engines.md B). */
const LEAST_PIDS = 16;
const UNITS: Readonly<Record<string, number>> = { '': 1, b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** Bytes of `512m`, `1.5g`, `64k` or a bare number. */
export function parseMemory(text: string): number {
  const match = /^(\d{1,12}(?:\.\d{1,3})?)\s*([bkmg]?)(?:i?b)?$/i.exec(text.trim());
  if (match === null) throw new CcMcpError('INVALID_VALUE', `"${text}" is not an amount of memory: write it like 512m or 1g`);
  return Math.floor(Number(match[1]) * (UNITS[(match[2] ?? '').toLowerCase()] ?? 1));
}

/** 10⁹ per CPU of `0.5`, `2`. */
export function parseCpus(text: string): number {
  if (!/^\d{1,4}(?:\.\d{1,9})?$/.test(text.trim()) || Number(text) < 0.01) {
    throw new CcMcpError('INVALID_VALUE', `"${text}" is not a number of CPUs: write it like 0.5 or 2`);
  }
  return Math.round(Number(text) * 1e9);
}

/** Limits with the defaults filled in; above the host's they are refused before anything is created. */
export function resolveLimits(limits: ManifestLimits, host: { readonly cpus: number; readonly memoryBytes: number }): Limits {
  const memoryBytes = parseMemory(limits.memory ?? DEFAULT_LIMITS.memory);
  const nanoCpus = limits.cpus === undefined ? Math.min(parseCpus(DEFAULT_LIMITS.cpus), host.cpus * 1e9) : parseCpus(limits.cpus);
  const pids = limits.pids ?? DEFAULT_LIMITS.pids;
  if (memoryBytes < LEAST_MEMORY) throw tooMuch(`--memory ${limits.memory} is below the engine's least, 6m`);
  if (memoryBytes > host.memoryBytes) throw tooMuch(`--memory ${limits.memory} is more than the engine has, ${formatBytes(host.memoryBytes)}`);
  if (nanoCpus > host.cpus * 1e9) throw tooMuch(`--cpus ${limits.cpus} is more than the engine has, ${host.cpus}`);
  if (!Number.isInteger(pids) || pids < LEAST_PIDS || pids > 32_768) throw tooMuch(`--pids ${pids} is not between ${LEAST_PIDS} and 32768`);
  return { memoryBytes, nanoCpus, pids };
}

function tooMuch(message: string): CcMcpError {
  return new CcMcpError('INVALID_VALUE', message);
}

/** `512 MiB`, `1.5 GiB`. */
export function formatBytes(bytes: number): string {
  for (const [unit, size] of [['GiB', 1024 ** 3], ['MiB', 1024 ** 2], ['KiB', 1024]] as const) {
    if (bytes >= size) return `${Number((bytes / size).toFixed(1))} ${unit}`;
  }
  return `${bytes} B`;
}
