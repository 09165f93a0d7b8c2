import { fstatSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { ByteSink, ByteSource } from '../domain/byte-channel.ts';
import type { SessionClient } from '../domain/session-ports.ts';
import { fastReads } from '../docker/fast-socket.ts';
import { sinkOf, sourceOf } from '../session/stream-bytes.ts';

const SIGNALS = { SIGTERM: 143, SIGINT: 130, SIGHUP: 129 } as const;

/** This process's stdio as the client of a session. */
export function clientOnStdio(): SessionClient {
  return {
    input: inputOf(0),
    output: outputOf(1),
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

/** Clients give pipes; a person gives a terminal, a script a file. */
function inputOf(descriptor: number): ByteSource {
  if (!isPipe(descriptor)) return sourceOf(process.stdin);
  const { onread, over } = fastReads();
  return over(new Socket({ fd: descriptor, readable: true, writable: false, onread }));
}

function outputOf(descriptor: number): ByteSink {
  return sinkOf(isPipe(descriptor) ? new Socket({ fd: descriptor, readable: false, writable: true }) : process.stdout);
}

function isPipe(descriptor: number): boolean {
  const stat = fstatSync(descriptor);
  return stat.isFIFO() || stat.isSocket();
}
