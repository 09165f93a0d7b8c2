import { createServer, type Server, type Socket } from 'node:net';
import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RunClient } from '../support/run-client.ts';
import { ADDRESS, SessionHome } from '../support/session-home.ts';
import { type SessionProgram, sessionProgram } from '../support/session-program.ts';

let program: SessionProgram;
beforeAll(async () => {
  program = await sessionProgram();
});
afterAll(async () => {
  await program[Symbol.asyncDispose]();
});

/** An engine's socket of the test's own: in front of the real engine, or in place of it. */
class EngineSocket implements AsyncDisposable {
  readonly path: string;
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();

  constructor(home: SessionHome) {
    this.path = join(home.folder, 'engine.sock');
  }

  listen(serve: (socket: Socket) => void): Promise<void> {
    this.#server = createServer({ allowHalfOpen: true }, (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      serve(socket);
    });
    return new Promise((resolve) => void this.#server?.listen(this.path, resolve));
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => (this.#server === undefined ? resolve(undefined) : this.#server.close(resolve)));
    this.#server = undefined;
    await rm(this.path, { force: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function passThrough(socket: Socket): void {
  const engine = connect({ path: ADDRESS.kind === 'unix' ? ADDRESS.path : '', allowHalfOpen: true });
  engine.on('error', () => socket.destroy());
  socket.on('close', () => engine.destroy());
  socket.pipe(engine);
  engine.pipe(socket);
}

async function start(home: SessionHome, socket: EngineSocket, waitForEngineSeconds: number): Promise<RunClient> {
  await home.addServer('polite.mjs', { recipe: { standby: 'off', waitForEngineSeconds, engine: { address: { kind: 'unix', path: socket.path }, id: 'test', kind: 'docker' } } });
  return new RunClient({ bin: program.bin, home: home.folder, words: ['fixture'] });
}

test('[M12] `run` waits for an engine that is down, keeps what the client says, and starts when it comes', async () => {
  await using home = await SessionHome.create();
  await using socket = new EngineSocket(home);
  await using client = await start(home, socket, 20);
  const connected = client.connect();
  client.write('{"jsonrpc":"2.0","id":"early","method":"tools/call","params":{"name":"echo","arguments":{"text":"said early"}}}\n');
  await client.saysOnStderr('waiting up to 20 s');
  await new Promise((resolve) => setTimeout(resolve, 2000));
  await socket.listen(passThrough);
  await connected;
  expect((await client.answerTo('early')).result.content[0].text).toBe('said early');
  expect(await client.leave()).toBe(0);
});

test('[M12] an engine that does not come: the first request is answered with what to type, exit 4', async () => {
  await using home = await SessionHome.create();
  await using socket = new EngineSocket(home);
  await using client = await start(home, socket, 2);
  const startedAt = performance.now();
  const answer = await client.request('initialize', {}, 10_000);
  expect(answer.error?.message).toMatch(/No container engine answers at unix:.*Start the engine/);
  expect(performance.now() - startedAt).toBeLessThan(5000);
  expect((await client.exited).code).toBe(4);
});

test('[M12] an engine that accepts and never answers: our deadline, not for ever', async () => {
  await using home = await SessionHome.create();
  await using socket = new EngineSocket(home);
  await socket.listen(() => undefined);
  await using client = await start(home, socket, 1);
  const answer = await client.request('initialize', {}, 40_000);
  expect(answer.error?.message).toMatch(/no answer within/);
  expect((await client.exited).code).toBe(4);
});

test('[M12] an engine that cuts its answer in the middle is an engine that does not answer', async () => {
  await using home = await SessionHome.create();
  await using socket = new EngineSocket(home);
  await socket.listen((client) => client.once('data', () => client.end('HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n{"Id":"0123')));
  await using client = await start(home, socket, 1);
  const answer = await client.request('initialize', {}, 40_000);
  expect(answer.error?.message).toMatch(/No container engine answers/);
  expect((await client.exited).code).toBe(4);
});

test('[M12] an engine that goes away in the middle of a session: calls in flight are answered with that', async () => {
  await using home = await SessionHome.create();
  await using socket = new EngineSocket(home);
  await socket.listen(passThrough);
  await home.addServer('asks-back.mjs', { recipe: { standby: 'off', engine: { address: { kind: 'unix', path: socket.path }, id: 'test', kind: 'docker' } } });
  await using client = new RunClient({ bin: program.bin, home: home.folder, words: ['fixture'] });
  await client.connect();
  client.write('{"jsonrpc":"2.0","id":"hanging","method":"tools/call","params":{"name":"wait"}}\n');
  await new Promise((resolve) => setTimeout(resolve, 300));
  await socket.close();
  expect((await client.answerTo('hanging', 20_000)).error?.message).toMatch(/is lost: No container engine answers/);
  expect((await client.exited).code).toBe(4);
});

test('[M12] the client leaves while the engine is waited for: `run` ends', async () => {
  await using home = await SessionHome.create();
  await using socket = new EngineSocket(home);
  await using client = await start(home, socket, 20);
  client.write('{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}\n');
  await client.saysOnStderr('waiting up to');
  client.child.kill('SIGTERM');
  const startedAt = performance.now();
  expect((await client.exited).code).toBe(143);
  expect(performance.now() - startedAt).toBeLessThan(3500);
});
