import { readFileSync } from 'node:fs';
import type { ContainerId, Usage } from '../domain/container-engine.ts';
import { numberAt } from './json-fields.ts';

type ReadText = (path: string) => string | undefined;

/** Above this a limit is the kernel's way to say that there is none, which reads as 0. */
const NO_LIMIT = 2 ** 60;

/**
 * One sample from the control group of a container, some 50 µs instead of the engine's second. Undefined where its files cannot be
 * read: the engine is elsewhere, keeps them at another place, or the container does not run. A container's id is in the path, so
 * what is found is its own.
 */
export function cgroupUsage(id: ContainerId, readText: ReadText = readFileText): Usage | undefined {
  if (!/^[0-9a-f]{64}$/.test(id)) return undefined;
  return unifiedUsage(id, readText) ?? legacyUsage(id, readText);
}

function unifiedUsage(id: ContainerId, readText: ReadText): Usage | undefined {
  for (const folder of folders(id)) {
    const [current, stat, limit, cpu, pids] = readAll(['memory.current', 'memory.stat', 'memory.max', 'cpu.stat', 'pids.current'].map((file) => `${folder}/${file}`), readText);
    if (current === undefined || stat === undefined || limit === undefined || cpu === undefined || pids === undefined) continue;
    return usage(Number(current) - statValue(stat, 'inactive_file'), Number(limit), statValue(cpu, 'usage_usec') * 1000, Number(pids));
  }
  return undefined;
}

function legacyUsage(id: ContainerId, readText: ReadText): Usage | undefined {
  for (const folder of folders(id)) {
    const [current, stat, limit, cpu, pids] = readAll([
      `memory/${folder}/memory.usage_in_bytes`, `memory/${folder}/memory.stat`, `memory/${folder}/memory.limit_in_bytes`, `cpuacct/${folder}/cpuacct.usage`, `pids/${folder}/pids.current`,
    ], readText);
    if (current === undefined || stat === undefined || limit === undefined || cpu === undefined || pids === undefined) continue;
    return usage(Number(current) - statValue(stat, 'total_inactive_file'), Number(limit), Number(cpu), Number(pids));
  }
  return undefined;
}

/** Nothing when the first is not there. */
function readAll(paths: readonly string[], readText: ReadText): readonly (string | undefined)[] {
  const texts: (string | undefined)[] = [];
  for (const path of paths) {
    const text = readText(`${ROOT}/${path}`);
    if (text === undefined) break;
    texts.push(text);
  }
  return texts;
}

const ROOT = '/sys/fs/cgroup';

/** With the cgroupfs driver and with systemd's, of Docker and of Podman. */
function folders(id: ContainerId): readonly string[] {
  return [`docker/${id}`, `system.slice/docker-${id}.scope`, `machine.slice/libpod-${id}.scope`, `libpod_parent/libpod-${id}`];
}

/** The engine's own statistics. Undefined: the container does not run. */
export function statsUsage(stats: unknown): Usage | undefined {
  const memory = numberAt(stats, 'memory_stats', 'usage');
  if (memory === 0) return undefined;
  const inactive = numberAt(stats, 'memory_stats', 'stats', 'total_inactive_file') || numberAt(stats, 'memory_stats', 'stats', 'inactive_file');
  return usage(memory - inactive, numberAt(stats, 'memory_stats', 'limit'), numberAt(stats, 'cpu_stats', 'cpu_usage', 'total_usage'), numberAt(stats, 'pids_stats', 'current'));
}

function usage(memoryBytes: number, limit: number, cpuNanoseconds: number, pids: number): Usage {
  return { memoryBytes: Math.max(0, memoryBytes), memoryLimitBytes: limit < NO_LIMIT ? limit : 0, cpuNanoseconds, pids };
}

function statValue(text: string, key: string): number {
  return Number(new RegExp(`^${key} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
}

/** These files are in the kernel's memory: a detour over another thread would cost more than reading them. */
function readFileText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // ENODEV: the group went while it was read.
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES' || code === 'ENODEV') return undefined;
    throw error;
  }
}
