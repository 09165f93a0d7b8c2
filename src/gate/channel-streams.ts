import { Readable, Writable } from 'node:stream';
import type { ByteChannel } from '../domain/byte-channel.ts';

/** A channel as the two streams that a client of the gate speaks over. */
export function channelStreams(channel: ByteChannel): { readonly stdin: Writable; readonly stdout: Readable } {
  const stdout = new Readable({ read: () => channel.resume() });
  channel.onBytes((pieces) => {
    for (const piece of pieces) if (!stdout.push(piece)) channel.pause();
    return false;
  });
  void channel.ended.then(() => stdout.push(null));
  const stdin = new Writable({
    write(chunk: Buffer, _encoding, done) {
      channel.write([chunk]);
      done();
    },
  });
  return { stdin, stdout };
}
