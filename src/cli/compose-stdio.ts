import { fstatSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { ByteSink, ByteSource } from '../domain/byte-channel.ts';
import type { SessionClient } from '../domain/session-ports.ts';
import { fastReads } from '../docker/fast-socket.ts';
import { sinkOf, sourceOf } from '../session/stream-bytes.ts';

/** Of a shorter piece the stream is as fast. */
const LARGE_BYTES = 16 * 1024;

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
  return isPipe(descriptor) ? pipeSink(descriptor) : sinkOf(process.stdout);
}

/** A part of something large goes straight to the pipe, past the stream, which costs as much again; what the pipe does not take at once waits in the stream. */
function pipeSink(descriptor: number): ByteSink {
  const socket = new Socket({ fd: descriptor, readable: false, writable: true });
  const sink = sinkOf(socket);
  return {
    ...sink,
    write(pieces) {
      const [piece, ...more] = pieces;
      // Once the socket is closed, the descriptor may be another file's.
      const isOpen = socket.writable && sink.isFlushed();
      if (!isOpen || piece === undefined || typeof piece === 'string' || piece.length < LARGE_BYTES) return sink.write(pieces);
      const written = writeNow(descriptor, piece);
      const rest = written < piece.length ? [piece.subarray(written), ...more] : more;
      return rest.length === 0 || sink.write(rest);
    },
  };
}

/** How many bytes it took. What went wrong is the stream's to find: it tells who waits for it. */
function writeNow(descriptor: number, bytes: Uint8Array): number {
  try {
    return writeSync(descriptor, bytes);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return 0;
    throw error;
  }
}

function isPipe(descriptor: number): boolean {
  const stat = fstatSync(descriptor);
  return stat.isFIFO() || stat.isSocket();
}
