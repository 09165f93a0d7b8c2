import { beforeAll, describe, expect, it } from 'vitest';
import type { ContainerId } from '../../src/domain/container-engine.ts';
import { DockerMCPManager } from '../../src/docker/docker-mcp-manager.ts';
import { EngineHttp } from '../../src/docker/engine-http.ts';
import { ANSWER, type Answer, fakeEngineSocket, json } from '../support/fake-engine-socket.ts';

const DEADLINE = 400;
const ID = 'a'.repeat(64) as ContainerId;
const LABELS = { 'org.cc-mcp.test': 'sick' };

/** Every control call of both implementations, and those that dockerode makes. */
const CALLS = {
  ping: (engine: Engines) => engine.http.ping(),
  state: (engine: Engines) => engine.http.state(ID),
  list: (engine: Engines) => engine.http.list(LABELS),
  create: (engine: Engines) => engine.http.create('x', {}),
  start: (engine: Engines) => engine.http.start(ID),
  stop: (engine: Engines) => engine.http.stop(ID, 0),
  kill: (engine: Engines) => engine.http.kill(ID),
  remove: (engine: Engines) => engine.http.remove(ID),
  update: (engine: Engines) => engine.http.update(ID, { nanoCpus: 1e9 }),
  usage: (engine: Engines) => engine.http.usage(ID),
  attach: (engine: Engines) => engine.http.attach(ID, { stdin: true, stdout: true, stderr: true }),
  info: (engine: Engines) => engine.manager.info(),
  inspect: (engine: Engines) => engine.manager.inspect(ID),
  inspectImage: (engine: Engines) => engine.manager.inspectImage('x'),
  removeImage: (engine: Engines) => engine.manager.removeImage('x'),
  listVolumes: (engine: Engines) => engine.manager.listVolumes(LABELS),
  createNetwork: (engine: Engines) => engine.manager.createNetwork({ name: 'x', labels: LABELS, internal: true }),
  exec: (engine: Engines) => engine.manager.exec(ID, ['true']),
  readFile: (engine: Engines) => engine.manager.readFile(ID, '/x'),
  writeFiles: (engine: Engines) => engine.manager.writeFiles(ID, '/', [{ path: 'x', content: new Uint8Array() }]),
  build: (engine: Engines) => engine.manager.build({ files: [], tags: [], labels: LABELS, buildArguments: {}, network: 'default' }, () => {}),
  listBuildCache: (engine: Engines) => engine.manager.listBuildCache('x'),
  removeBuildCache: (engine: Engines) => engine.manager.removeBuildCache(['x']),
  pull: (engine: Engines) => engine.manager.pull('x', () => {}),
} as const;

interface Engines {
  readonly http: EngineHttp;
  readonly manager: DockerMCPManager;
}

async function engines(answer: Answer): Promise<Engines> {
  const address = await fakeEngineSocket(answer);
  return { http: new EngineHttp(address, DEADLINE), manager: new DockerMCPManager(address, { platform: 'linux', deadline: DEADLINE }) };
}

// Loading it takes its time, which is not the engine's.
beforeAll(() => import('dockerode'));

describe.each(['silence', 'truncated', 'stuck', 'gone', 'noise'] as const)('[F4] an engine whose answers are %s', (kind) => {
  it.each(Object.keys(CALLS) as (keyof typeof CALLS)[])('ends %s with ENGINE_UNREACHABLE in time', async (call) => {
    const engine = await engines(ANSWER[kind]);
    const begun = performance.now();
    await expect(CALLS[call](engine)).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE', exitCode: 4, message: expect.stringContaining('docker.sock') });
    expect(performance.now() - begun).toBeLessThan(DEADLINE + 2000);
  });
});

describe('an engine where another removal is under way', () => {
  it('is asked again until the container is gone, or the removal is ours', async () => {
    for (const last of ['404 Not Found', '204 No Content']) {
      const answers = ['409 Conflict', '409 Conflict', last];
      const asked: string[] = [];
      const { http } = await engines((socket, request) => {
        if (request.includes('/_ping')) return void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK');
        asked.push(request.split(' ')[0] ?? '');
        json({ message: 'removal of container x is already in progress' }, answers.shift())(socket, request);
      });
      await http.remove(ID);
      expect([asked, answers]).toEqual([['DELETE', 'DELETE', 'DELETE'], []]);
    }
  });
});

describe('an engine that lives and takes its time', () => {
  const slowly = (path: string, delay: number, answer: Answer): Answer => (socket, request) => {
    if (request.includes(path)) setTimeout(() => answer(socket, request), delay);
    else socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK');
  };

  it('is given it for work', async () => {
    const { http } = await engines(slowly('/start', DEADLINE * 3, (socket) => void socket.end('HTTP/1.1 204 No Content\r\n\r\n')));
    await http.start(ID);
  });

  it('is not given it for a question', async () => {
    const { http } = await engines(slowly('/json', DEADLINE * 3, json({})));
    await expect(http.state(ID)).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
  });
});

describe('wait', () => {
  it('ends with the engine, which took the container along or will tell later', async () => {
    const { http } = await engines((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n');
      setTimeout(() => socket.destroy(), 100);
    });
    await expect(http.wait(ID)).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
  });
});

describe('an attachment', () => {
  it('ends its outputs when the engine dies in the middle of a frame', async () => {
    const { http } = await engines((socket) => {
      socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
      socket.write(Buffer.from([1, 0, 0, 0, 0, 0, 0, 9]));
      socket.write('half', () => setTimeout(() => socket.destroy(), 100));
    });
    await using attachment = await http.attach(ID, { stdin: true, stdout: true, stderr: true });
    const chunks = await Array.fromAsync(attachment.stdout);
    expect(Buffer.concat(chunks).toString()).toBe('half');
    expect(await Array.fromAsync(attachment.stderr)).toEqual([]);
  });

  it('fails when the container has a terminal', async () => {
    const { http } = await engines((socket) => void socket.write('HTTP/1.1 101 UPGRADED\r\n\r\n$ prompt of a shell'));
    await using attachment = await http.attach(ID, { stdin: true, stdout: true, stderr: true });
    await expect(Array.fromAsync(attachment.stdout)).rejects.toMatchObject({ code: 'ENGINE_FAILED' });
  });
});

const PODMAN = json({ Os: 'linux', ApiVersion: '1.41', Components: [{ Name: 'Podman Engine' }] });

describe('a build', () => {
  it('that fails within a stream that ends normally is a failure', async () => {
    const lines = [{ stream: 'Step 1/2 : FROM x\n' }, { stream: 'half a ' }, { stream: 'line\u001b[31m\n' }, { errorDetail: { message: 'exit 3' }, error: 'exit 3' }];
    const body = lines.map((line) => `${JSON.stringify(line)}\r\n`).join('');
    const { manager } = await engines((socket, request) => {
      if (request.includes('/version')) PODMAN(socket, request);
      if (request.includes('/build?')) socket.end(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    });
    const seen: string[] = [];
    const building = manager.build({ files: [{ path: 'Dockerfile', content: Buffer.from('FROM x') }], tags: [], labels: LABELS, buildArguments: {}, network: 'default' }, (line) => seen.push(line));
    await expect(building).rejects.toMatchObject({ code: 'BUILD_FAILED', details: { log: ['Step 1/2 : FROM x', 'half a line', 'exit 3'] } });
    expect(seen).toEqual(['Step 1/2 : FROM x', 'half a line', 'exit 3']);
  });

  it('whose engine dies in the middle is no success', async () => {
    const { manager } = await engines((socket, request) => {
      if (request.includes('/version')) PODMAN(socket, request);
      if (!request.includes('/build?')) return;
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n12\r\n{"stream":"hello"}\r\n');
      setTimeout(() => socket.destroy(), 100);
    });
    await expect(manager.build({ files: [], tags: [], labels: LABELS, buildArguments: {}, network: 'default' }, () => {})).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
  });
});
