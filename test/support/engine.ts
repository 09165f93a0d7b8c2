import { randomBytes } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { ContainerEngine, ContainerSpec, EngineAddress, ImageEngine, Labels } from '../../src/domain/container-engine.ts';
import type { Builder } from '../../src/docker/build-image.ts';
import { DockerMCPManager } from '../../src/docker/docker-mcp-manager.ts';
import { EngineHttp } from '../../src/docker/engine-http.ts';
import { testImages } from './user-home.ts';

/** On everything that a test makes; its value is one test's own. */
export const TEST_LABEL = 'org.cc-mcp.test';

export const ADDRESS: EngineAddress = { kind: 'unix', path: process.env['DOCKER_HOST']?.replace(/^unix:\/\//, '') ?? '/var/run/docker.sock' };

/** A real engine that tests run on. */
export interface TestEngine {
  readonly name: string;
  readonly address: EngineAddress;
  readonly changesCpus: boolean;
}

const PODMAN_SOCKET = process.env['CC_MCP_TEST_PODMAN'] ?? '/run/cc-mcp-podman/podman.sock';

export const DOCKER: TestEngine = { name: 'Docker', address: ADDRESS, changesCpus: true };
export const PODMAN: TestEngine = { name: 'Podman [N4]', address: { kind: 'unix', path: PODMAN_SOCKET }, changesCpus: false };
export const TEST_ENGINES = [DOCKER, PODMAN] as const;

/** An engine for one test, with names and labels of its own. */
export interface Bench<Engine> {
  readonly engine: Engine;
  /** Has `sh`, `cat`, `sleep`, `head`, as the base images have. */
  readonly image: string;
  readonly labels: Labels;
  /** A name that no other test has. */
  name(): string;
}

export type RealBench = Bench<DockerMCPManager> & { readonly sessions: EngineHttp };

/** What carries the test's labels is removed at its end, however it ends. */
export async function realBench({ address }: TestEngine = DOCKER, builder?: Builder): Promise<RealBench> {
  const labels = { [TEST_LABEL]: token() };
  const engine = new DockerMCPManager(address, { platform: 'linux', ...(builder === undefined ? {} : { builder }) });
  onTestFinished(() => removeAll(engine, labels));
  return { engine, sessions: new EngineHttp(address), image: await nodeImage(), labels, name: () => `cc-mcp-test-${token()}` };
}

let chosen: Promise<string> | undefined;

export async function nodeImage(): Promise<string> {
  chosen ??= testImages().then((configuration) => {
    const { images } = configuration as { readonly images: { readonly bases?: Readonly<Record<string, string>> } };
    return images.bases?.['node'] ?? 'node:24-slim';
  });
  return chosen;
}

export function token(): string {
  return randomBytes(12).toString('hex');
}

/** The sandbox profile around a command. */
export function specOf(bench: Pick<Bench<unknown>, 'image' | 'labels' | 'name'>, command: readonly string[], changes: Partial<ContainerSpec> = {}): ContainerSpec {
  const [program = '', ...rest] = command;
  return {
    name: bench.name(), image: bench.image, entrypoint: [program], command: rest, environment: {}, labels: bench.labels, user: '10001:10001', mounts: [],
    tmpfs: { '/tmp': 'rw,size=16m,mode=1777' }, network: { kind: 'none' }, extraHosts: [], memoryBytes: 128 * 1024 ** 2, nanoCpus: null, pids: 64, readOnlyRoot: true,
    capAdd: [], securityOptions: [], stdin: true, logDriver: 'none', ...changes,
  };
}

/** Everything with these labels, in the order in which it can go. */
async function removeAll(engine: ContainerEngine & ImageEngine, labels: Labels): Promise<void> {
  await Promise.all((await engine.list(labels)).map(({ id }) => engine.remove(id)));
  await Promise.all((await engine.listNetworks(labels)).map(({ name }) => engine.removeNetwork(name)));
  await Promise.all((await engine.listVolumes(labels)).map(({ name }) => engine.removeVolume(name)));
  for (const { id } of await engine.listImages(labels)) await engine.removeImage(id);
}
