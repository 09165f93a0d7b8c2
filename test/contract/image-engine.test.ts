import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LABEL } from '../../src/domain/container-engine.ts';
import type { BuildRequest, ImageId } from '../../src/domain/container-engine.ts';
import type { DockerMCPManager } from '../../src/docker/docker-mcp-manager.ts';
import { cacheRecords } from '../support/build-cache.ts';
import { type Bench, DOCKER, PODMAN, realBench, specOf, TEST_ENGINES } from '../support/engine.ts';
import { inMemoryBench } from '../support/in-memory-bench.ts';
import { docker } from '../support/user-home.ts';

const text = (content: string): Uint8Array => Buffer.from(content);

function request(bench: Bench<unknown>, dockerfile: string, changes: Partial<BuildRequest> = {}): BuildRequest {
  return { files: [{ path: 'Dockerfile', content: text(`FROM ${bench.image}\n${dockerfile}`) }], tags: [tagOf(bench)], labels: bench.labels, buildArguments: {}, network: 'default', ...changes };
}

/** Stands in each step of a test, so that its cache is told from others'. */
function markOf(bench: Bench<unknown>): string {
  return Object.values(bench.labels).join();
}

function tagOf(bench: Bench<unknown>): string {
  return `cc-mcp-test/${bench.name()}:1`;
}

/** Containers of a build carry the labels of its Dockerfile, so that a test finds its own. */
function labelled(bench: Bench<unknown>): string {
  return Object.entries(bench.labels).map(([key, value]) => `LABEL ${key}="${value}"\n`).join('');
}

const BUILDERS = [{ on: DOCKER, builder: 'buildkit' }, { on: DOCKER, builder: 'classic' }, { on: PODMAN, builder: 'podman' }] as const;

for (const { on, builder } of BUILDERS) describe(`DockerMCPManager on ${on.name} as an image engine that builds with ${builder}`, () => {
  /** What its builds leave in the cache goes with the test. */
  const builderBench = async (): Promise<Awaited<ReturnType<typeof realBench>>> => {
    const bench = await realBench(on, builder);
    onTestFinished(async () => void await bench.engine.removeBuildCache((await bench.engine.listBuildCache(markOf(bench))).map(({ id }) => id)));
    return bench;
  };

  it('[N13] gives the steps of a build without network nothing but their own loopback, by a Dockerfile of another name', async () => {
    const bench = await builderBench();
    const program = "console.log('interfaces', Object.keys(require('os').networkInterfaces()).join() || 'lo', require('fs').readFileSync('/proc/net/route', 'utf8').split('\\n').length)";
    const dockerfile = `FROM ${bench.image}\n${labelled(bench)}RUN : ${markOf(bench)}; node -e "${program}"\n`;
    const lines: string[] = [];
    await bench.engine.build(request(bench, '', { network: 'none', files: [{ path: 'Dockerfile', content: text('FROM nowhere.test/not-this-one\n') }, { path: 'sub/own', content: text(dockerfile) }], dockerfile: 'sub/own' }), (line) => lines.push(line));
    expect(lines).toContain('interfaces lo 2');
  });

  it('builds from its context, with arguments, labels and all tags, and says what it does', async () => {
    const bench = await builderBench();
    const tags = [tagOf(bench), tagOf(bench)];
    const lines: string[] = [];
    const id = await bench.engine.build(request(bench, '', {
      tags,
      buildArguments: { WORD: 'hello' },
      files: [
        { path: 'sub/a', content: text('from the context\n') },
        { path: 'Dockerfile', content: text(`FROM ${bench.image}\nARG WORD\nCOPY sub/ /opt/sub/\nRUN : ${markOf(bench)}; echo "said $WORD"; cat /opt/sub/a\nUSER 10001:10001\nENTRYPOINT ["/bin/cat"]\n`) },
      ],
    }), (line) => lines.push(line));
    expect(lines).toEqual(expect.arrayContaining(['said hello', 'from the context']));
    const image = await bench.engine.inspectImage(tags[1] ?? '');
    expect(image).toMatchObject({ id, user: '10001:10001', entrypoint: ['/bin/cat'], labels: bench.labels });
    expect([...(image?.tags ?? [])].sort()).toEqual([...tags].sort());
    // Podman has one for each image.
    if (on === DOCKER) expect(image?.digests).toEqual([]);
    expect((await bench.engine.listImages(bench.labels)).map((listed) => listed.id)).toEqual([id]);
    expect((await bench.engine.imageHistory(id)).join('\n')).toContain('/bin/cat');
  });

  // On Podman builds keep no layers that another could begin with.
  it.each(on === PODMAN ? [] : ['layers'])('builds the same image from the same files', async () => {
    const bench = await builderBench();
    const files = (order: 1 | -1) => [{ path: 'b', content: text('b') }, { path: 'a/c', content: text('c') }, { path: 'Dockerfile', content: text(`FROM ${bench.image}\nRUN : ${markOf(bench)}\nCOPY . /opt/x/\n`) }].sort((x, y) => (x.path < y.path ? order : -order));
    const first = await bench.engine.build(request(bench, '', { files: files(1) }), () => {});
    const lines: string[] = [];
    expect(await bench.engine.build(request(bench, '', { files: files(-1) }), (line) => lines.push(line))).toBe(first);
    expect(lines).toContainEqual(expect.stringMatching(/^(?: ---> Using cache|CACHED .*COPY \. \/opt\/x\/)$/));
  });

  it('reports a failed step with the last lines of its log, and leaves no container', async () => {
    const bench = await builderBench();
    const dockerfile = `${labelled(bench)}RUN : ${markOf(bench)}; i=0; while [ $i -lt 60 ]; do echo "line $i"; i=$((i+1)); done; printf '\\033[31mred\\033[0m\\n'; exit 3\n`;
    const failure: unknown = await bench.engine.build(request(bench, dockerfile), () => {}).then(() => undefined, (error: unknown) => error);
    expect(failure).toMatchObject({ code: 'BUILD_FAILED', exitCode: 7 });
    const log = (failure as { details: { log: string[] } }).details.log;
    expect(log).toHaveLength(40);
    expect(log).toContain('line 59');
    expect(log).toContain('red');
    expect(log).not.toContain('line 5');
    expect(await bench.engine.list(bench.labels)).toEqual([]);
  });

  it('reports a Dockerfile that cannot be read, and a base that is not there', async () => {
    const bench = await builderBench();
    await expect(bench.engine.build(request(bench, 'NONSENSE here\n'), () => {})).rejects.toMatchObject({ code: 'BUILD_FAILED', message: expect.stringContaining('NONSENSE') });
    const files = [{ path: 'Dockerfile', content: text('FROM localhost:9/none:1\n') }];
    await expect(bench.engine.build(request(bench, '', { files }), () => {})).rejects.toMatchObject({ code: 'BUILD_FAILED' });
  });

  it('runs steps where they reach nothing, or the network but not this machine\'s loopback, as the request says', async () => {
    const bench = await builderBench();
    const server = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const program = [
      'const names = Object.keys(require("os").networkInterfaces()).filter((name) => name !== "lo");', 'const done = (network) => { console.log("network is " + network); process.exit(); };',
      `require("net").connect(${port}, "127.0.0.1").on("connect", () => done("host")).on("error", () => done(names.length === 0 ? "none" : "default"));`,
    ].join(' ');
    const networkOf = async (network: BuildRequest['network']): Promise<string | undefined> => {
      const lines: string[] = [];
      await bench.engine.build(request(bench, `${labelled(bench)}RUN : ${markOf(bench)}-${network}; node -e '${program}'\n`, { network }), (line) => void lines.push(line));
      return lines.map((line) => /network is (\w+)$/.exec(line)?.[1]).find((found) => found !== undefined);
    };
    expect([await networkOf('none'), await networkOf('default'), await networkOf('host')]).toEqual(['none', 'default', 'host']);
  });

  it('stops a build that is aborted within seconds, and leaves no container', async () => {
    const bench = await builderBench();
    const step = await stepConnection();
    const controller = new AbortController();
    const reason = new Error('enough');
    const program = `require("net").connect(${step.port}, "127.0.0.1").on("connect", () => console.log("begun"))`;
    const building = bench.engine.build(request(bench, `${labelled(bench)}RUN : ${markOf(bench)}; node -e '${program}'\n`, { network: 'host' }), (line) => {
      if (line === 'begun') controller.abort(reason);
    }, controller.signal);
    await expect(building).rejects.toBe(reason);
    // Podman goes on with the step, and ends the build after it.
    if (on === PODMAN) return;
    const abortedAt = performance.now();
    // The step's connection ends with its process: nothing goes on at the engine.
    await step.closed;
    expect(performance.now() - abortedAt).toBeLessThan(5000);
    await expect.poll(() => bench.engine.list(bench.labels), { timeout: 15_000, interval: 200 }).toEqual([]);
  });

  it('removes by tag the tag, by id all of them, and says what is in use or absent', async () => {
    const bench = await builderBench();
    const tag = tagOf(bench);
    const other = tagOf(bench);
    const id = await bench.engine.build(request(bench, `RUN : ${markOf(bench)}; date +%N > /opt/stamp\n`, { tags: [tag] }), () => {});
    await bench.engine.tag(id, other);
    expect(await bench.engine.removeImage(other)).toBe('removed');
    expect((await bench.engine.inspectImage(id))?.tags).toEqual([tag]);
    await bench.engine.tag(id, other);
    const container = await bench.engine.create(specOf(bench, ['cat'], { image: id }));
    expect(await bench.engine.removeImage(id)).toBe('in-use');
    expect([...((await bench.engine.inspectImage(id))?.tags ?? [])].sort()).toEqual([tag, other].sort());
    await bench.engine.remove(container);
    expect(await bench.engine.removeImage(id)).toBe('removed');
    expect(await bench.engine.inspectImage(id)).toBeUndefined();
    expect(await bench.engine.removeImage(tag)).toBe('absent');
  });
});

describe('the build cache', () => {
  it('shows what a build with a mark left, and nothing of another; what is removed is gone, the other and the image stay', async () => {
    const [bench, other] = [await realBench(DOCKER, 'buildkit'), await realBench(DOCKER, 'buildkit')];
    const dockerfile = (of: Bench<unknown>): string => `RUN : ${markOf(of)}; echo ${markOf(of)} > /opt/stamp\nRUN cat /opt/stamp > /opt/copy\nCOPY Dockerfile /opt/\n`;
    const id = await bench.engine.build(request(bench, dockerfile(bench)), () => {});
    await other.engine.build(request(other, dockerfile(other)), () => {});
    const [left, foreign] = [await bench.engine.listBuildCache(markOf(bench)), await other.engine.listBuildCache(markOf(other))];
    // Two steps, a copy, the context as it came and unpacked: those of contexts cannot be told apart.
    expect(left.length).toBeGreaterThanOrEqual(5);
    const steps = (await cacheRecords()).filter(({ Description }) => Description.includes(markOf(other)) || Description.includes(markOf(bench)));
    expect(steps).toHaveLength(2);
    // An engine that loses one while a build asks for it crashes.
    const ofBase = (await cacheRecords()).filter(({ Description }) => Description.startsWith('from local')).map(({ ID }) => ID);
    expect(ofBase).not.toEqual([]);
    expect(left.filter(({ id: ofStep }) => ofBase.includes(ofStep))).toEqual([]);
    await bench.engine.removeBuildCache(left.map((step) => step.id));
    const rest = new Map((await cacheRecords()).map((record) => [record.ID, record.Description]));
    expect(left.filter((step) => rest.has(step.id))).toEqual([]);
    expect([...rest.values()].filter((description) => description.includes(markOf(other)))).toHaveLength(1);
    expect((await bench.engine.inspectImage(id))?.id).toBe(id);
    await other.engine.removeBuildCache(foreign.map((step) => step.id));
    expect((await cacheRecords()).filter(({ Description }) => Description.includes(markOf(other)))).toEqual([]);
  });

  it('is read by several at once, which the engine refuses', async () => {
    const bench = await realBench(DOCKER, 'buildkit');
    await Promise.all(Array.from({ length: 4 }, () => bench.engine.listBuildCache(markOf(bench))));
  });

  it('leaves alone what a build under way uses', async () => {
    const bench = await realBench(DOCKER, 'buildkit');
    const building = bench.engine.build(request(bench, `RUN : ${markOf(bench)}\nCOPY Dockerfile /opt/\nRUN sleep 3; cat /opt/Dockerfile\n`), async (line) => {
      if (line.includes('sleep 3')) await bench.engine.removeBuildCache((await bench.engine.listBuildCache(markOf(bench))).map(({ id }) => id));
    });
    expect(await building).toMatch(/^sha256:/);
    await bench.engine.removeBuildCache((await bench.engine.listBuildCache(markOf(bench))).map(({ id }) => id));
  });
});

for (const on of TEST_ENGINES) describe(`DockerMCPManager on ${on.name} as an image engine`, () => {
  it('reads a file of an image, and leaves no container', async () => {
    const bench = await realBench(on);
    const id = (await bench.engine.inspectImage(bench.image))?.id ?? ('' as ImageId);
    expect(String(Buffer.from((await bench.engine.readImageFile(id, '/etc/os-release', bench.labels)) ?? []))).toContain('NAME=');
    expect(await bench.engine.readImageFile(id, '/no/such/file', bench.labels)).toBeUndefined();
    expect(await bench.engine.list(bench.labels)).toEqual([]);
  });

  // Podman's events have no labels of what is gone.
  it.each(on === DOCKER ? ['events'] : [])('reads a file of an image by a container that carries the labels', async () => {
    const bench = await realBench(on);
    const id = (await bench.engine.inspectImage(bench.image))?.id ?? ('' as ImageId);
    const since = Math.floor(Date.now() / 1000) - 5;
    const own = { ...bench.labels, [LABEL.token]: bench.name() };
    await bench.engine.readImageFile(id, '/etc/os-release', own);
    const events = await docker('events', '--since', String(since), '--until', String(Math.floor(Date.now() / 1000) + 1), '--filter', 'event=create', '--filter', `label=${LABEL.token}=${own[LABEL.token]}`, '--format', '{{json .Actor.Attributes}}');
    expect(JSON.parse(events)).toMatchObject(own);
  });

  it('fails with SOURCE_UNREACHABLE when a registry says no or nothing', async () => {
    const { engine } = await realBench(on);
    const registry = createServer((socket) => socket.end('HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}'));
    await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
    const address = registry.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    try {
      await expect(pull(engine, `localhost:${port}/cc-mcp/none:1`)).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE', exitCode: 7 });
    } finally {
      registry.close();
    }
    await expect(pull(engine, 'localhost:9/cc-mcp/none@sha256:0000000000000000000000000000000000000000000000000000000000000000')).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE' });
  });
});

/** A port of this machine to which a step of a build connects; `closed` when the step has ended. */
async function stepConnection(): Promise<{ readonly port: number; readonly closed: Promise<void> }> {
  const ended = Promise.withResolvers<void>();
  const server = createServer((socket) => socket.on('error', () => socket.destroy()).on('close', () => ended.resolve()).resume());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return { port: typeof address === 'object' ? (address?.port ?? 0) : 0, closed: ended.promise };
}

describe('the in-memory engine as an image engine', () => {
  it('tags, finds and removes what it was given, and builds nothing', async () => {
    const { images, image, containers, ...bench } = inMemoryBench();
    const id = (await images.inspectImage(image))?.id ?? ('' as ImageId);
    await images.tag(id, 'cc-mcp-test/other:2');
    expect((await images.inspectImage('cc-mcp-test/other:2'))?.tags).toEqual([image, 'cc-mcp-test/other:2']);
    expect(await images.removeImage('cc-mcp-test/other:2')).toBe('removed');
    const container = await containers.create(specOf({ ...bench, image }, ['cat']));
    expect(await images.removeImage(id)).toBe('in-use');
    await containers.remove(container);
    expect(await images.removeImage(id)).toBe('removed');
    expect(await images.removeImage(id)).toBe('absent');
    await expect(images.build()).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });
});

function pull(engine: DockerMCPManager, reference: string): Promise<void> {
  return engine.pull(reference, () => {});
}
