import { readFileSync, readlinkSync } from 'node:fs';
import type { ProcessIdentity, ProcessTable } from '../domain/run-directory.ts';

export interface ProcessTableOptions {
  readonly pid: number;
  readonly platform: string;
  /** Signal 0: throws ESRCH when there is no such process, EPERM when it is another user's. */
  readonly probe: (pid: number) => void;
  /** Runs a program of the system for its output; undefined: it failed. Asked on macOS only, which has no `/proc`. */
  readonly output: (program: string, argv: readonly string[]) => string | undefined;
  /** Where `/proc` is mounted. */
  readonly proc?: string;
}

/** What takes the place of something that this system does not tell. Equal to itself, so it decides nothing. */
const UNKNOWN = 'unknown';

/**
 * Processes told apart by pid, start time, boot and pid namespace: a pid alone comes back after a reboot or a wrap. Every part holds
 * letters, digits and `-` only, so that it can stand in a file name.
 */
export function createProcessTable(options: ProcessTableOptions): ProcessTable {
  const system = options.platform === 'darwin' ? darwin(options) : linux(options.proc ?? '/proc');
  let self: ProcessIdentity | undefined;
  const own = (): ProcessIdentity => {
    self ??= { pid: options.pid, startTime: system.startTime(options.pid) ?? UNKNOWN, bootId: system.bootId(), pidNamespace: system.pidNamespace() };
    return self;
  };
  return {
    self: own,
    isAlive(other) {
      const { bootId, pidNamespace } = own();
      if (other.bootId !== bootId) return false;
      // A pid of another namespace means nothing here: it is not surely gone.
      if (other.pidNamespace !== pidNamespace) return true;
      if (!exists(options.probe, other.pid)) return false;
      const startTime = system.startTime(other.pid);
      // A process that is there but hidden from this user is not surely gone.
      return startTime === undefined || startTime === other.startTime;
    },
  };
}

interface SystemFacts {
  /** Undefined: the process is not there, or not to be seen. */
  startTime(pid: number): string | undefined;
  bootId(): string;
  pidNamespace(): string;
}

/** What a dead process that nobody has collected yet has for a start time: none that a living one ever had. */
const ZOMBIE = 'zombie';

function linux(proc: string): SystemFacts {
  return {
    startTime(pid) {
      const stat = optional(() => readFileSync(`${proc}/${pid}/stat`, 'latin1'));
      if (stat === undefined) return undefined;
      // The second field, the program's name, may hold spaces and parentheses: what follows the last one is fields 3 and up.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' || fields[0] === 'X' ? ZOMBIE : fields[19];
    },
    bootId: () => wordOf(optional(() => readFileSync(`${proc}/sys/kernel/random/boot_id`, 'latin1'))),
    pidNamespace: () => wordOf(/\d+/.exec(optional(() => readlinkSync(`${proc}/self/ns/pid`)) ?? '')?.[0]),
  };
}

function darwin({ output }: ProcessTableOptions): SystemFacts {
  return {
    startTime(pid) {
      const started = output('/bin/ps', ['-o', 'lstart=', '-p', String(pid)])?.trim();
      return started === undefined || started === '' ? undefined : wordOf(started);
    },
    // `kern.boottime` moves when the clock is set; it serves only where the session's own id is missing.
    bootId: () => wordOf(output('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid']) ?? /\d+/.exec(output('/usr/sbin/sysctl', ['-n', 'kern.boottime']) ?? '')?.[0]),
    pidNamespace: () => 'none',
  };
}

function wordOf(text: string | undefined): string {
  const word = (text ?? '').trim().replaceAll(/[^0-9A-Za-z-]+/g, '-');
  return word === '' ? UNKNOWN : word;
}

function exists(probe: (pid: number) => void, pid: number): boolean {
  try {
    probe(pid);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

function optional(read: () => string): string | undefined {
  try {
    return read();
  } catch (error) {
    // ESRCH: the process ended while its file was being read.
    if (error instanceof Error && 'code' in error && ['ENOENT', 'EACCES', 'EPERM', 'ESRCH'].includes(String(error.code))) return undefined;
    throw error;
  }
}
