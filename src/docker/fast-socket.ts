import type { Socket, SocketConstructorOpts } from 'node:net';
import type { ByteChannel, ByteListener } from '../domain/byte-channel.ts';

const READ_BYTES = 128 * 1024;
/** Smaller reads are copied out; larger ones are given with the buffer, which is filled again when the listener is done with it. */
const COPIED_BYTES = 16 * 1024;
/** What may wait in a socket before its source is paused. */
const WAITING_BYTES = 128 * 1024;

/** Reads as a socket makes them: its bytes go straight to a listener, past the stream that a socket is as well. */
export interface FastReads {
  readonly onread: NonNullable<SocketConstructorOpts['onread']>;
  /** The channel over the socket that was made with `onread`. */
  over(socket: Socket): ByteChannel;
}

export function fastReads(): FastReads {
  let buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  let isGiven = false;
  let listener: ByteListener | undefined;
  const early: Buffer[] = [];
  return {
    onread: {
      buffer() {
        if (isGiven) buffer = Buffer.allocUnsafeSlow(READ_BYTES);
        isGiven = false;
        return buffer;
      },
      callback(length) {
        const bytes = buffer.subarray(0, length);
        const isLarge = length > COPIED_BYTES;
        const piece = isLarge ? bytes : Buffer.from(bytes);
        if (listener === undefined) early.push(piece);
        const isDone = listener?.([piece]) ?? false;
        isGiven = isLarge && !isDone;
        return true;
      },
    },
    over(socket) {
      const ended = new Promise<void>((resolve) => {
        socket.once('end', resolve).once('close', () => resolve()).on('error', () => resolve());
      });
      const broken = new Promise<void>((resolve) => {
        socket.once('close', () => resolve()).on('error', () => resolve());
      });
      return {
        onBytes(given) {
          listener = given;
          if (early.length > 0) given(early.splice(0));
          socket.resume();
        },
        pause: () => void socket.pause(),
        resume: () => void socket.resume(),
        ended,
        write(pieces) {
          if (pieces.length > 1) socket.cork();
          for (const piece of pieces) socket.write(piece);
          if (pieces.length > 1) socket.uncork();
          // Asked after the write: a socket that has handed everything on at once still says `false` to a large piece.
          return socket.writableLength < WAITING_BYTES;
        },
        drained: () => Promise.race([new Promise<void>((resolve) => void socket.once('drain', resolve)), broken]),
        isFlushed: () => socket.writableLength === 0,
        end: () => Promise.race([new Promise<void>((resolve) => void socket.end(resolve)), broken]),
        broken,
        close: () => void socket.destroy(),
      };
    },
  };
}
