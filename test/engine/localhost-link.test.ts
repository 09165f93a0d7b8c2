import { networkInterfaces } from 'node:os';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ContainerSpec, LocalhostLink } from '../../src/domain/container-engine.ts';
import { localhostLink } from '../../src/domain/localhost-link.ts';
import { GATEWAY_HOST } from '../../src/domain/localhost-values.ts';
import { GateContainer } from '../../src/gate/gate-container.ts';
import { type Bench, realBench, specOf, token } from '../support/engine.ts';
import { gatewayProgram } from '../support/gateway-program.ts';
import type { DockerMCPManager } from '../../src/docker/docker-mcp-manager.ts';

let program: string;
const listeners: Server[] = [];

beforeAll(async () => {
  program = await gatewayProgram();
});

afterAll(() => listeners.forEach((listener) => listener.close()));

/** Listens on the loopback alone, unless `host` says more. */
async function listen(host = '127.0.0.1'): Promise<number> {
  const listener = createServer((socket) => socket.on('error', () => {}).end(`from ${host}`));
  listeners.push(listener);
  await new Promise<void>((resolve) => void listener.listen(0, host, resolve));
  return (listener.address() as AddressInfo).port;
}

function linkTo(bench: Bench<DockerMCPManager>, ports: readonly number[]): LocalhostLink {
  const link = localhostLink({ ports, image: bench.image, program, owner: { home: token(), manifestId: 'global', server: 'tested', token: '', recipe: '', version: '0.0.0' } });
  const marked = (spec: ContainerSpec): ContainerSpec => ({ ...spec, labels: { ...spec.labels, ...bench.labels } });
  return { ...link, labels: { ...link.labels, ...bench.labels }, forwarder: marked(link.forwarder), gateway: marked(link.gateway) };
}

/** What a server on the link's network gets from each address, `host:port`. */
async function seenFrom(bench: Bench<DockerMCPManager>, link: LocalhostLink, addresses: readonly string[], nameServer?: string): Promise<Record<string, string>> {
  const script = `
    const { connect } = require('node:net');
    const ask = (address) => new Promise((resolve) => {
      const at = address.lastIndexOf(':');
      const socket = connect({ host: address.slice(0, at), port: Number(address.slice(at + 1)), timeout: 5000 });
      let text = '';
      socket.on('data', (chunk) => { text += chunk; }).on('end', () => resolve(text || 'ended')).on('error', (error) => resolve(error.code)).on('timeout', () => { socket.destroy(); resolve('silent'); });
    });
    Promise.all(process.argv.slice(1).map(async (address) => [address, await ask(address)])).then((pairs) => console.log(JSON.stringify(Object.fromEntries(pairs))));`;
  const spec = specOf(bench, ['node', '-e', script, '--', ...addresses], { network: { kind: 'named', name: link.name }, stdin: false, ...(nameServer === undefined ? {} : { nameServers: [nameServer] }) });
  await using container = await GateContainer.start(bench.engine, spec, new AbortController().signal);
  let text = '';
  for await (const chunk of container.streams.stdout) text += String(chunk);
  return JSON.parse(text || `{"failed":${JSON.stringify(container.stderr.text)}}`) as Record<string, string>;
}

test('[N14] a granted port of the loopback answers through the gateway, and nothing else of this machine does', async () => {
  const bench = await realBench();
  const [granted, other, everywhere] = [await listen(), await listen(), await listen('0.0.0.0')];
  const link = linkTo(bench, [granted]);
  const { nameServer } = await bench.engine.openLink(link);
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []).filter(({ family, internal }) => family === 'IPv4' && !internal).map(({ address }) => address);
  expect(own.length).toBeGreaterThan(0);
  const closed = [`${GATEWAY_HOST}:${other}`, `${GATEWAY_HOST}:${everywhere}`, `127.0.0.1:${granted}`, 'host.docker.internal:80', 'example.com:80', '1.1.1.1:80', '169.254.169.254:80', ...own.flatMap((address) => [`${address}:${granted}`, `${address}:${everywhere}`])];
  const seen = await seenFrom(bench, link, [`${GATEWAY_HOST}:${granted}`, ...closed], nameServer);
  expect(seen[`${GATEWAY_HOST}:${granted}`]).toBe('from 127.0.0.1');
  for (const address of closed) expect([address, seen[address]]).toEqual([address, expect.stringMatching(/^(?:ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/)]);
  const { settings } = (await bench.engine.inspect(link.forwarder.name)) ?? {};
  expect(settings).toMatchObject({ user: '10001:10001', readOnlyRoot: true, capDrop: ['ALL'], privileged: false, networkMode: 'host' });
});

test('a link is there once, comes back when a half of it is gone, and leaves nothing when it is closed', async () => {
  const bench = await realBench();
  const port = await listen();
  const link = linkTo(bench, [port]);
  const target = `${GATEWAY_HOST}:${port}`;
  await bench.engine.openLink(link);
  const first = await bench.engine.inspect(link.gateway.name);
  await bench.engine.openLink(link);
  expect((await bench.engine.inspect(link.gateway.name))?.id).toBe(first?.id);
  for (const { name } of [link.forwarder, link.gateway]) {
    const id = (await bench.engine.inspect(name))?.id;
    if (id !== undefined) await bench.engine.remove(id);
    await bench.engine.openLink(link);
    expect(await seenFrom(bench, link, [target])).toEqual({ [target]: 'from 127.0.0.1' });
  }
  const user = await bench.engine.create(specOf(bench, ['sleep', '60'], { network: { kind: 'named', name: link.name } }));
  await bench.engine.start(user);
  expect(await bench.engine.closeLink(link.name)).toBe('in-use');
  await bench.engine.remove(user);
  expect([await bench.engine.closeLink(link.name), await bench.engine.closeLink(link.name)]).toEqual(['closed', 'closed']);
  expect([await bench.engine.list(bench.labels), await bench.engine.listNetworks(bench.labels), await bench.engine.listVolumes(bench.labels)]).toEqual([[], [], []]);
});

test('a link whose program cannot start says why, and leaves no container', async () => {
  const bench = await realBench();
  const link = linkTo(bench, [await listen()]);
  const broken = { ...link, gateway: { ...link.gateway, command: ['--eval', 'throw new Error("the moon is full")'] } };
  await expect(bench.engine.openLink(broken)).rejects.toMatchObject({ code: 'ENGINE_FAILED', message: expect.stringContaining('the moon is full') });
  expect((await bench.engine.list(bench.labels)).map(({ name }) => name)).not.toContain(link.gateway.name);
  await bench.engine.closeLink(link.name);
});
