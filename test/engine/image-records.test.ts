import { expect, it, onTestFinished } from 'vitest';
import type { ImageId, Labels } from '../../src/domain/container-engine.ts';
import type { DependencyLock, OpenedSource, ResolvedPackage } from '../../src/domain/source.ts';
import { systemClock } from '../../src/host/system-clock.ts';
import { prune } from '../../src/servers/prune.ts';
import type { ConnectedEngine, ServerPorts } from '../../src/servers/ports.ts';
import { readRecords, recordedImages, writeRecord } from '../../src/servers/install/image-record.ts';
import { releaseImage, releaseInterrupted, serverTag, userTag } from '../../src/servers/install/image-tags.ts';
import { serverImage } from '../../src/servers/install/server-image.ts';
import type { ImagePorts, ServerImage } from '../../src/servers/install/image-request.ts';
import { ADDRESS, realBench, token } from '../support/engine.ts';

const DAY = 24 * 60 * 60 * 1000;

type Bench = Awaited<ReturnType<typeof realBench>>;

async function connected({ engine }: Bench): Promise<ConnectedEngine> {
  return { address: ADDRESS, attempts: [], info: await engine.info(), containers: engine, images: engine };
}

/** A package whose tree is another one each time that it is asked. */
class ChangingSource implements OpenedSource {
  readonly type = 'npm';
  readonly base = { key: 'node', image: 'node:24-slim' } as const;
  readonly template = { name: 'node', version: '1' };
  readonly lockKind = 'package-lock.json';
  readonly labels: Labels;
  trees = 0;
  /** What the second build runs, without network, on what the first one fetched; none: there is no second build. */
  scripts: string | undefined;

  constructor(labels: Labels) {
    this.labels = labels;
  }

  validateOverrides(): void {}
  network(): 'default' {
    return 'default';
  }
  diagnoseBuild(): undefined {}
  async resolve(): Promise<ResolvedPackage> {
    return { type: 'npm', package: 'changing', version: '1.0.0', description: '', executables: [{ name: 'changing', target: 'a.js' }], hasInstallScripts: false };
  }
  async lock() {
    this.trees += 1;
    return { lock: { kind: this.lockKind, content: `${token()} tree ${this.trees}` } as const, executables: [], packages: 1, withScripts: [] };
  }
  parseLock(content: string): DependencyLock {
    return { kind: this.lockKind, content };
  }
  readLocked(content: string) {
    return { lock: this.parseLock(content), packages: 1 };
  }
  buildInput({ lock }: { readonly lock: DependencyLock }) {
    const labels = Object.entries(this.labels).map(([key, value]) => `${key}=${value}`).join(' ');
    const dockerfile = `ARG BASE_IMAGE\nFROM $BASE_IMAGE\nARG CC_MCP_RECIPE\nLABEL ${labels} io.cc-mcp.recipe=$CC_MCP_RECIPE\nCOPY lock /opt/cc-mcp/lock/package-lock.json\n`;
    const offline = `ARG FETCHED_IMAGE\nFROM $FETCHED_IMAGE\nARG CC_MCP_RECIPE\nLABEL ${labels} io.cc-mcp.recipe=$CC_MCP_RECIPE\nRUN ${this.scripts}\n`;
    return {
      ...(this.scripts === undefined ? {} : { offline: { files: [{ path: 'Dockerfile', content: Buffer.from(offline) }], buildArguments: {} } }),
      template: 'node', templateVersion: '1', buildArguments: {}, entrypoint: ['/opt/cc-mcp/bin/server'],
      files: [{ path: 'Dockerfile', content: Buffer.from(dockerfile) }, { path: 'lock', content: Buffer.from(lock.content) }],
    };
  }
}

interface Workshop {
  readonly engine: ConnectedEngine;
  readonly source: ChangingSource;
  /** The image that an installation gets on a day, for a user of it. */
  install(tag: string, day: number): Promise<ServerImage>;
  records(imageId: string): Promise<number>;
}

async function workshop(): Promise<Workshop> {
  const bench = await realBench();
  const engine = await connected(bench);
  const source = new ChangingSource(bench.labels);
  const name = `changing-${token()}`;
  const digest = `sha256:${token()}`;
  const images = new Set<ImageId>();
  // Volumes of records carry no label of the test's own.
  onTestFinished(async () => {
    const recorded = await recordedImages(engine);
    for (const id of images) for (const volume of recorded.get(id) ?? []) await bench.engine.removeVolume(volume);
  });
  return {
    engine, source,
    async install(tag, day) {
      const ports: ImagePorts = {
        clock: { ...systemClock, now: () => Date.now() + day * DAY }, progress: { report: () => undefined }, version: '0', newToken: token,
        buildEnvironment: { buildArguments: {}, network: 'default' },
        consent: { confirm: async () => true, choose: async () => Promise.reject(new Error('nothing to choose')) },
      };
      const image = await serverImage(ports, {
        engine, source, package: 'changing', version: '1.0.0', resolve: () => source.resolve(), base: { canonical: 'node', reference: bench.image, digest }, overrides: [], bin: undefined,
        allowScripts: false, systemPackages: [], tags: [serverTag(name, '1.0.0'), tag], owner: { home: token(), manifestId: 'global', server: name, token: token(), recipe: '', version: '0' }, openLog: () => ({ path: 'log', line: () => undefined }),
      });
      images.add(image.imageId);
      return image;
    },
    records: async (imageId) => (await recordedImages(engine)).get(imageId)?.length ?? 0,
  };
}

const user = (): string => userTag(token(), 'global', 'changing');

it('[M14] an image that a newer build replaced after a week goes with its own last user, and so does the newer one', async () => {
  const { engine, source, install, records } = await workshop();
  const [early, second, late] = [user(), user(), user()];
  const old = await install(early, 0);
  expect(await install(second, 6)).toMatchObject({ imageId: old.imageId, built: false });
  const young = await install(late, 8);
  expect([young.built, young.imageId === old.imageId, source.trees]).toEqual([true, false, 2]);
  // Both records are of today by the engine's own clock: the newer build is what the next one gets.
  expect([await records(old.imageId), await records(young.imageId)]).toEqual([1, 1]);
  expect(await releaseImage(engine, old.imageId, early)).toBe('kept');
  expect(await releaseImage(engine, old.imageId, second)).toBe('removed');
  expect(await engine.images.inspectImage(old.imageId)).toBeUndefined();
  expect([await records(old.imageId), await records(young.imageId)]).toEqual([0, 1]);
  expect(await releaseImage(engine, young.imageId, late)).toBe('removed');
  expect([await engine.images.inspectImage(young.imageId), await records(young.imageId)]).toEqual([undefined, 0]);
});

it('[M14] prune takes a replaced image that nobody uses any more, with its record, and leaves the one in use', async () => {
  const { engine, install, records } = await workshop();
  const homeId = token();
  const tag = userTag(homeId, 'global', 'changing');
  const old = await install(tag, 0);
  const young = await install(tag, 8);
  expect(young.imageId).not.toBe(old.imageId);
  const { removed } = await prune(homeWithOne(engine, homeId), { dryRun: false });
  expect([removed.images.includes(old.imageId), removed.images.includes(young.imageId)]).toEqual([true, false]);
  expect([await engine.images.inspectImage(old.imageId), await records(old.imageId), await records(young.imageId)]).toEqual([undefined, 0, 1]);
  expect(await releaseImage(engine, young.imageId, tag)).toBe('removed');
});

it('what packages run is built without network on what was fetched, whose own image does not stay, also when it fails', async () => {
  const { engine, source, install } = await workshop();
  const [tag, other] = [user(), user()];
  source.scripts = 'ls /sys/class/net >/opt/cc-mcp/interfaces; cat /opt/cc-mcp/lock/package-lock.json';
  const { imageId } = await install(tag, 0);
  expect(String(Buffer.from((await engine.images.readImageFile(imageId, '/opt/cc-mcp/interfaces', {})) ?? []))).toBe('lo\n');
  const before = (await engine.images.listImages(source.labels)).map(({ id }) => id);
  expect(before).toEqual([imageId]);
  source.scripts = 'exit 7';
  await expect(install(other, 8)).rejects.toMatchObject({
    code: 'BUILD_FAILED', suggestions: expect.arrayContaining([expect.stringContaining('without network')]),
  });
  expect((await engine.images.listImages(source.labels)).map(({ id }) => id)).toEqual([imageId]);
  expect(await engine.images.inspectImage(other)).toBeUndefined();
  expect(await releaseImage(engine, imageId, tag)).toBe('removed');
});

it('the same image built again has one record, and the newest record comes first', async () => {
  const { engine, install } = await workshop();
  const tag = user();
  const { imageId, recipe } = await install(tag, 0);
  const key = token();
  const record = { recipe, imageId, bin: 'changing', entrypoint: ['/a'], packages: 1 };
  await writeRecord(engine, key, record, { version: '0', token: token() });
  const [first] = await readRecords(engine, key);
  // An engine counts in seconds.
  await new Promise((resolve) => setTimeout(resolve, 1100));
  await writeRecord(engine, key, { ...record, packages: 2 }, { version: '0', token: token() });
  const again = await readRecords(engine, key);
  expect(again).toMatchObject([{ imageId, packages: 2 }]);
  expect(again[0]?.createdAt).toBeGreaterThan(first?.createdAt ?? Infinity);
  const gone = `sha256:${'0'.repeat(64)}` as ImageId;
  await writeRecord(engine, key, { ...record, imageId: gone }, { version: '0', token: token() });
  expect((await readRecords(engine, key)).map((one) => one.imageId).sort()).toEqual([gone, imageId].sort());
  await writeRecord(engine, key, record, { version: '0', token: token() });
  expect((await readRecords(engine, key)).map((one) => one.imageId)).toEqual([imageId]);
  await releaseImage(engine, imageId, tag);
});

it('[M13] what an installation built that was killed before the record goes by its user\'s tag; a foreign image under that tag stays', async () => {
  const bench = await realBench();
  const engine = await connected(bench);
  const build = (tag: string, label: string): Promise<ImageId> => engine.images.build({
    files: [{ path: 'Dockerfile', content: Buffer.from(`FROM ${bench.image}\nLABEL made=${token()}${label}\n`) }], tags: [tag], labels: bench.labels, buildArguments: {}, network: 'default',
  }, () => undefined);
  const [ours, theirs] = [user(), user()];
  const unrecorded = await build(ours, ' io.cc-mcp.recipe=r');
  const foreign = await build(theirs, '');
  await releaseInterrupted(engine, ours);
  await releaseInterrupted(engine, theirs);
  expect([await engine.images.inspectImage(unrecorded), (await engine.images.inspectImage(foreign))?.tags]).toEqual([undefined, [theirs]]);
  expect(await releaseImage(engine, foreign, theirs)).toBe('foreign');
});

/** What `prune` asks of a home with one server, where nothing runs. */
function homeWithOne(engine: ConnectedEngine, homeId: string): ServerPorts {
  return {
    engine: { connect: async () => engine }, clock: systemClock, standbys: { held: async () => [], list: async () => [] }, journal: { live: async () => [] },
    state: { homeId: async () => homeId, servers: async () => [{ manifestId: 'global', manifestPath: '/x', server: 'changing', state: { enabled: false } }] },
  } as unknown as ServerPorts;
}
