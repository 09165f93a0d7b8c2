import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createInMemoryEngine } from '../docker/in-memory-engine.ts';
import { type ContainerEngine, LABEL, type LocalhostLink, type SessionEngine } from '../domain/container-engine.ts';
import { localhostLink } from '../domain/localhost-link.ts';
import type { PreparedServer, StandbyPorts } from '../domain/session-ports.ts';
import { serviceDoors } from '../mcp/service-doors.ts';
import { createRunDirectory } from '../store/run-directory.ts';
import { prepared, recipe } from '../../test/support/session-fixtures.ts';
import { createOwned } from './cold-start.ts';
import { discard } from './discard.ts';
import { linkLock } from './hold-link.ts';
import { releaseLinks } from './release-links.ts';
import { serverKeyOf } from './settings-hash.ts';

const IMAGE = 'cc-mcp-test/waits:1';
const ADDRESS = recipe().engine.address;

let folder: string;
let engine: { readonly containers: ContainerEngine; readonly sessions: SessionEngine };
let ports: StandbyPorts;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cc-mcp-links-'));
  engine = createInMemoryEngine({ images: [{ reference: IMAGE, labels: {}, user: '' }], scripts: { [IMAGE]: () => new Promise(() => {}) } });
  ports = {
    openEngine: () => engine.sessions,
    doors: serviceDoors,
    run: createRunDirectory(folder, { self: () => ({ pid: 1, startTime: '1', bootId: 'b', pidNamespace: '1' }), isAlive: () => true }),
    clock: { now: () => Date.now(), monotonic: () => performance.now(), sleep: () => new Promise((resolve) => setTimeout(resolve, 5)) },
    newToken: () => randomBytes(12).toString('hex'),
    mountedAt: () => undefined,
    openLog: () => ({ write: () => true, drained: async () => undefined, close: async () => undefined }),
  };
});
afterEach(() => rmSync(folder, { recursive: true }));

function linkTo(port: number, token = ''): LocalhostLink {
  const { home, manifestId, server } = recipe();
  return localhostLink({ ports: [port], image: IMAGE, program: '', owner: { home, manifestId, server, token, recipe: '', version: '1' } });
}

function server(link: LocalhostLink): PreparedServer {
  const { home, manifestId, server: name } = recipe();
  const body = { Image: IMAGE, Labels: { [LABEL.home]: home }, HostConfig: { NetworkMode: link.name, Memory: 64 * 1024 ** 2 } };
  return prepared({ recipe: recipe({ body, imageId: IMAGE, link }), serverKey: serverKeyOf({ home, manifestId, server: name }) });
}

async function session(link: LocalhostLink): Promise<{ end(): Promise<void> }> {
  const { record, id } = await createOwned('session', server(link), engine.sessions, ports);
  await engine.sessions.start(id);
  return { end: async () => void (await discard(ports.run.mine('session', record), id, 'session-ended', engine.sessions, ports)) };
}

const release = (): Promise<number> => releaseLinks(recipe().home, ADDRESS, ports);
const networks = async (): Promise<readonly string[]> => (await engine.containers.listNetworks({})).map(({ name }) => name);

test('a link is made for the first container and goes with the last', async () => {
  const link = linkTo(5432);
  const [one, two] = [await session(link), await session(link)];
  expect(await networks()).toEqual([link.name]);
  await one.end();
  expect([await release(), await networks()]).toEqual([0, [link.name]]);
  await two.end();
  expect([await release(), await networks(), await engine.containers.list({}), await engine.containers.listVolumes({})]).toEqual([1, [], [], []]);
});

test('one for other ports goes while the other is in use', async () => {
  const [old, current] = [linkTo(5432), linkTo(5433)];
  const ended = await session(old);
  const living = await session(current);
  await ended.end();
  expect([await release(), await networks()]).toEqual([1, [current.name]]);
  await living.end();
});

test('one that somebody is about to use stays, and so does that of an operation', async () => {
  const [link, testing] = [linkTo(5432), linkTo(5432, 'abc')];
  await engine.sessions.openLink(link);
  await engine.sessions.openLink(testing);
  const lock = ports.run.tryLock(linkLock(link.name));
  expect([await release(), (await networks()).length]).toEqual([0, 2]);
  lock?.[Symbol.dispose]();
  expect([await release(), await networks()]).toEqual([1, [testing.name]]);
});

test('a container on its network keeps it, whatever `run/` says', async () => {
  const link = linkTo(5432);
  await session(link);
  rmSync(join(folder, 'session'), { recursive: true });
  expect([await release(), await networks()]).toEqual([0, [link.name]]);
});
