import { connect } from 'node:net';
import type { ByteChannel, ByteListener } from '../domain/byte-channel.ts';
import type { ContainerId, EngineAddress } from '../domain/container-engine.ts';
import { CONTROL_DEADLINE, withDeadline } from './deadline.ts';
import { engineError } from './engine-errors.ts';
import { fastReads } from './fast-socket.ts';
import { FrameCutter } from './frame-cutter.ts';
import { AnswerReader, type HttpAnswer } from './http-answer.ts';
import { refusal } from './http-call.ts';

/** Attaches to stdin and stdout of a container, for bytes that must pass fast: `attach` without streams, on a unix socket. */
export async function openRelayChannel(path: string, id: ContainerId, deadline: number = CONTROL_DEADLINE): Promise<ByteChannel> {
  const address: EngineAddress = { kind: 'unix', path };
  try {
    return await withDeadline({ deadline }, (signal) => attach(path, id, signal));
  } catch (error) {
    throw engineError(error, { action: `attach to container ${id.slice(0, 12)}` }, address);
  }
}

async function attach(path: string, id: ContainerId, signal: AbortSignal): Promise<ByteChannel> {
  const reads = fastReads();
  const socket = connect({ path, allowHalfOpen: true, onread: reads.onread });
  const channel = reads.over(socket);
  signal.addEventListener('abort', () => channel.close());
  // An empty body: Podman would give another to the container's stdin.
  socket.write(`POST /containers/${encodeURIComponent(id)}/attach?stream=1&stdin=1&stdout=1&stderr=0 HTTP/1.1\r\nHost: engine\r\nUser-Agent: cc-mcp\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 0\r\n\r\n`);
  const reader = new AnswerReader();
  return new Promise((resolve, reject) => {
    let listener: ByteListener | undefined;
    const early: Buffer[] = [];
    let take = (chunk: Buffer): boolean => {
      const answer = reader.push(chunk);
      if (answer !== undefined) upgraded(answer);
      return false;
    };
    const upgraded = ({ status, body }: HttpAnswer): void => {
      if (status !== 101) throw refusal(status, body);
      const frames = new StdoutOfFrames();
      take = (chunk) => {
        const bytes = frames.of(chunk);
        if (listener !== undefined) return bytes.length === 0 || listener([bytes]);
        if (bytes.length > 0) early.push(bytes);
        return false;
      };
      take(body);
      resolve({
        ...channel,
        onBytes(given) {
          listener = given;
          if (early.length > 0) given(early.splice(0));
        },
      });
    };
    socket.once('error', reject);
    void channel.ended.then(() => reject(Object.assign(new Error('the answer was cut off'), { code: 'ECONNRESET' })));
    channel.onBytes((pieces) => {
      try {
        return pieces.map(take).every(Boolean);
      } catch (error) {
        channel.close();
        reject(error);
        return false;
      }
    });
  });
}

/** Takes what is no output out of what was received, and moves the rest together where it lies: one piece costs less to pass on than many. */
class StdoutOfFrames {
  #chunk: Buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;
  readonly #cutter = new FrameCutter((bytes, isStdout) => {
    if (!isStdout) return;
    const from = bytes.byteOffset - this.#chunk.byteOffset;
    if (this.#end === 0) this.#start = this.#end = from;
    else if (from !== this.#end) this.#chunk.copyWithin(this.#end, from, from + bytes.length);
    this.#end += bytes.length;
  });

  of(chunk: Buffer): Buffer {
    this.#chunk = chunk;
    this.#start = this.#end = 0;
    this.#cutter.push(chunk);
    return chunk.subarray(this.#start, this.#end);
  }
}
