import type { Readable, Writable } from 'node:stream';
import type { ByteChannel, ByteSink, ByteSource } from '../domain/byte-channel.ts';
import type { Attachment } from '../domain/container-engine.ts';

/**
 * What may wait in a stream before its source is paused. Asked after the write, because a stream that has handed everything on at once
 * still says `false` to a large piece, and pausing for it costs more than the write.
 */
const WAITING_BYTES = 128 * 1024;

/** A stream as a source, where speed is not what counts: files, terminals, engines behind TLS, the in-memory twin. */
export function sourceOf(stream: Readable): ByteSource {
  return {
    onBytes: (listener) => void stream.on('data', (chunk: Buffer) => void listener([chunk])),
    pause: () => void stream.pause(),
    resume: () => void stream.resume(),
    ended: new Promise((resolve) => {
      stream.once('end', resolve).once('close', resolve).on('error', () => resolve());
    }),
    close: () => void stream.destroy(),
  };
}

export function sinkOf(stream: Writable): ByteSink {
  const broken = new Promise<void>((resolve) => {
    stream.on('error', () => resolve()).once('close', resolve);
  });
  return {
    write(pieces) {
      if (pieces.length > 1) stream.cork();
      for (const piece of pieces) stream.write(piece);
      if (pieces.length > 1) stream.uncork();
      return stream.writableLength < WAITING_BYTES;
    },
    drained: () => Promise.race([new Promise<void>((resolve) => void stream.once('drain', resolve)), broken]),
    isFlushed: () => stream.writableLength === 0,
    end: () => Promise.race([new Promise<void>((resolve) => void stream.end(resolve)), broken]),
    broken,
  };
}

export function channelOf(attachment: Attachment): ByteChannel {
  return { ...sourceOf(attachment.stdout), ...sinkOf(attachment.stdin), close: () => void attachment[Symbol.asyncDispose]() };
}
