import type { Diagnosis, Evidence, GivenSettings } from './evidence.ts';

const KILLED = 137;
const HEAP = /JavaScript heap out of memory|Allocation failed - (?:JavaScript|process) (?:heap )?out of memory|Reached heap limit|invalid (?:array|table) size Allocation failed/;
const PYTHON_MEMORY = /^MemoryError\b/m;
const NO_PROCESS = /Resource temporarily unavailable|Cannot fork|can't start new thread|pthread_create[^\n]*(?:failed|EAGAIN)|uv_thread_create|\bEAGAIN\b|unable to (?:fork|create (?:new )?(?:native )?thread)|newosproc|Failed to create (?:worker )?thread/;
const ABOUT_PROCESSES = /fork|clone|spawn|thread|process/i;

/** Memory: the kernel's kill is told from any other kill by the engine's flag, the heap's end by its own words. */
export function outOfMemory({ exit, stderr, settings }: Evidence): Diagnosis | undefined {
  const more = [`Give it more with --memory ${doubled(settings.memoryBytes)}`];
  if (exit?.oomKilled === true && exit.exitCode === KILLED) return { reason: `it ran out of memory and was killed (limit ${settings.memory})`, suggestions: more };
  if (HEAP.test(stderr)) return { reason: `its JavaScript heap is exhausted (memory limit ${settings.memory})`, suggestions: more };
  if (exit !== undefined && PYTHON_MEMORY.test(stderr)) return { reason: `it ran out of memory (limit ${settings.memory})`, suggestions: more };
  if (exit?.oomKilled === true && exit.exitCode !== 0) return { reason: `a process of it ran out of memory and was killed (limit ${settings.memory}); then it exited with code ${exit.exitCode}`, suggestions: more };
  return undefined;
}

/** Of a server that did what it should: some process of its container was killed for its memory, not the server itself. */
export function helperOutOfMemory({ memory, memoryBytes }: Pick<GivenSettings, 'memory' | 'memoryBytes'>): Diagnosis {
  return { reason: `a process of it ran out of memory and was killed (limit ${memory}), though the server ran on`, suggestions: [`Give it more with --memory ${doubled(memoryBytes)}`] };
}

/** Processes and threads count alike. */
export function outOfProcesses({ fault, stderr, settings }: Evidence): Diagnosis | undefined {
  const inWords = stderr.split('\n').some((line) => NO_PROCESS.test(line) && ABOUT_PROCESSES.test(line));
  if (fault !== 'crowded' && !inWords) return undefined;
  return { reason: `it used up its processes (limit ${settings.pids})`, suggestions: [`Allow more with --pids ${settings.pids * 2}`, 'A server that needs more than that without end is a fork bomb: do not run it'] };
}

function doubled(bytes: number): string {
  const mebibytes = Math.ceil((bytes * 2) / 1024 ** 2);
  return mebibytes % 1024 === 0 ? `${mebibytes / 1024}g` : `${mebibytes}m`;
}
