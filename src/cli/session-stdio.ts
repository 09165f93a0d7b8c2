import { fstatSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import type { SessionClient } from '../domain/session-ports.ts';

const SIGNALS = { SIGTERM: 143, SIGINT: 130, SIGHUP: 129 } as const;

/** This process's stdio as the client of a session. */
export function clientOnStdio(): SessionClient {
  return {
    input: pipeOr(0, () => process.stdin) as Readable,
    output: pipeOr(1, () => process.stdout) as Writable,
    say: sayOnStderr,
    onSignal(listener) {
      for (const [signal, exitCode] of Object.entries(SIGNALS)) process.on(signal, () => listener(exitCode));
    },
  };
}

/** Straight to the descriptor: what is said last must be out before the process ends. */
export function sayOnStderr(line: string): void {
  try {
    writeSync(2, `${line}\n`);
  } catch (error) {
    // Nobody reads it, or not now: it is no reason to end a session.
    if (!(error instanceof Error && 'code' in error && (error.code === 'EPIPE' || error.code === 'EAGAIN'))) throw error;
  }
}

/** A client's pipe without what `process.stdin` and `process.stdout` load for terminals and files. */
function pipeOr(descriptor: 0 | 1, other: () => Readable | Writable): Readable | Writable {
  const stat = fstatSync(descriptor);
  if (!stat.isFIFO() && !stat.isSocket()) return other();
  return new Socket({ fd: descriptor, readable: descriptor === 0, writable: descriptor === 1, allowHalfOpen: true });
}
