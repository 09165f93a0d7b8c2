import type { Socket } from 'node:net';
import { Writable } from 'node:stream';
import type { Attachment, AttachOptions, ContainerId, EngineAddress } from '../domain/container-engine.ts';
import { openSocket } from './engine-socket.ts';
import { exchange } from './http-exchange.ts';
import { refusal } from './http-call.ts';
import { StreamDemux } from './stream-demux.ts';

/**
 * Attaches by an upgrade with an empty body. However the connection ends, the outputs end after what has arrived: `wait` and
 * `state` tell why. So an error of a stream, which each write's callback and each reader gets, does no harm when nobody listens.
 */
export async function openAttachment(address: EngineAddress, id: ContainerId, options: AttachOptions, signal: AbortSignal): Promise<Attachment> {
  const socket = await openSocket(address, signal);
  try {
    const query = `stream=1&stdin=${Number(options.stdin)}&stdout=${Number(options.stdout)}&stderr=${Number(options.stderr)}`;
    const { status, body } = await exchange(socket, { method: 'POST', path: `/containers/${encodeURIComponent(id)}/attach?${query}`, upgrade: true }, signal);
    if (status !== 101) throw refusal(status, body);
    return joinStreams(socket, body, options.stdin);
  } catch (error) {
    socket.on('error', () => {}).destroy();
    throw error;
  }
}

function joinStreams(socket: Socket, received: Buffer, hasStdin: boolean): Attachment {
  const demux = new StreamDemux(socket);
  const stdin = hasStdin ? socketInput(socket) : noInput();
  const feed = (chunk: Buffer): void => {
    try {
      demux.push(chunk);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      socket.destroy();
      for (const output of [demux.stdout, demux.stderr]) output.on('error', () => {}).destroy(error);
    }
  };
  socket.on('data', feed);
  socket.on('end', () => {
    demux.end();
    socket.destroySoon();
  });
  socket.on('error', () => demux.end());
  socket.on('close', () => {
    demux.end();
    stdin.destroy();
  });
  feed(received);
  // Its reader may not listen yet: what it holds waits in the outputs.
  socket.resume();
  return {
    stdin,
    stdout: demux.stdout,
    stderr: demux.stderr,
    async [Symbol.asyncDispose]() {
      socket.destroy();
      demux.end();
      stdin.destroy();
    },
  };
}

/** Its end is the end of the socket's own side, which the engine hands on to a container with StdinOnce. */
function socketInput(socket: Socket): Writable {
  const stdin = new Writable({
    write: (chunk: Buffer, _encoding, done) => void socket.write(chunk, done),
    writev(chunks, done) {
      socket.cork();
      for (const [index, { chunk }] of chunks.entries()) socket.write(chunk, index === chunks.length - 1 ? done : undefined);
      socket.uncork();
    },
    final: (done) => void socket.end(done),
  });
  return stdin.on('error', () => {});
}

function noInput(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done(new Error('this attachment has no stdin')) });
}
