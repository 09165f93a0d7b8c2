import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { onTestFinished } from 'vitest';
import { DEFAULT_BASES } from '../../src/domain/base-images.ts';
import { LABEL } from '../../src/domain/container-engine.ts';
import type { ImageId } from '../../src/domain/container-engine.ts';
import type { BuildInputRequest, Executable, LockedPackage, OpenedSource, ResolvedPackage } from '../../src/domain/source.ts';
import type { Builder } from '../../src/docker/build-image.ts';
import { DockerToolContainers } from '../../src/docker/tool-containers.ts';
import { systemClock } from '../../src/host/system-clock.ts';
import { readGoConfiguration } from '../../src/sources/go-configuration.ts';
import type { GoConfiguration } from '../../src/sources/go-configuration.ts';
import { GoSource } from '../../src/sources/go-source.ts';
import type { NpmConfiguration } from '../../src/sources/npm-configuration.ts';
import { readNpmConfiguration } from '../../src/sources/npm-configuration.ts';
import { NpmSource } from '../../src/sources/npm-source.ts';
import { readPypiConfiguration } from '../../src/sources/pypi-configuration.ts';
import type { PypiConfiguration } from '../../src/sources/pypi-configuration.ts';
import { PypiSource } from '../../src/sources/pypi-source.ts';
import { DOCKER, realBench, token } from '../support/engine.ts';
import { testImages } from '../support/user-home.ts';

const PACKAGE_ROOT = join(import.meta.dirname, '../..');
const CA = process.env['NODE_EXTRA_CA_CERTS'];
const environment = process.env;
const homeFolder = environment['HOME'] ?? '/';

export interface SourceRig<Source extends OpenedSource> {
  readonly source: Source;
  readonly image: string;
  /** Resolves, locks and builds; `executable` picks one by name. */
  install(wanted: { readonly package: string; readonly range?: string; readonly overrides?: readonly string[]; readonly executable?: string; readonly allowScripts?: boolean }): Promise<Built>;
  build(request: BuildInputRequest): Promise<{ readonly imageId: ImageId; readonly entrypoint: readonly string[]; readonly log: readonly string[] }>;
  /** An MCP session with the image, under the uid and the read-only root that servers get. */
  connect(image: ImageId, entrypoint: readonly string[], options?: { readonly arguments?: readonly string[]; readonly environment?: Readonly<Record<string, string>> }): Promise<Client>;
  run(image: ImageId, command: readonly string[]): Promise<string>;
}

export interface Built {
  readonly resolved: ResolvedPackage;
  readonly locked: LockedPackage;
  readonly executable: Executable;
  readonly entrypoint: readonly string[];
  readonly imageId: ImageId;
  readonly log: readonly string[];
}

type Bench = Awaited<ReturnType<typeof realBench>>;

/** `changes`: what the user's configuration says besides this machine's own. */
export async function npmRig(changes: Partial<NpmConfiguration> = {}, builder?: Builder): Promise<SourceRig<NpmSource>> {
  const bench = await realBench(DOCKER, builder);
  const source = new NpmSource({
    containers: toolsOf(bench), configuration: () => ({ ...readNpmConfiguration({ environment, homeFolder, execPath: process.execPath }), ...changes }), clock: systemClock, packageRoot: PACKAGE_ROOT, extraCa: extraCa(),
  });
  return rig(bench, source, await baseOf('node', source.base.image));
}

export async function pypiRig(changes: Partial<PypiConfiguration> = {}): Promise<SourceRig<PypiSource>> {
  const bench = await realBench();
  const image = await baseOf('python', 'ghcr.io/astral-sh/uv:python3.13-trixie-slim');
  const source = new PypiSource({
    containers: toolsOf(bench), configuration: () => ({ ...readPypiConfiguration({ environment, homeFolder, platform: 'linux', systemFolder: '/' }), ...changes }), baseImage: async () => image, packageRoot: PACKAGE_ROOT,
    extraCa: extraCa(),
  });
  return rig(bench, source, image);
}

export async function goRig(changes: GoConfiguration = {}): Promise<SourceRig<GoSource>> {
  const bench = await realBench();
  const image = await baseOf('go', DEFAULT_BASES.go);
  const source = new GoSource({
    containers: toolsOf(bench), configuration: () => ({ ...readGoConfiguration({ environment, homeFolder, platform: 'linux' }), ...changes }), baseImage: async () => image, packageRoot: PACKAGE_ROOT, extraCa: extraCa(),
  });
  return rig(bench, source, image);
}

async function baseOf(key: string, fallback: string): Promise<string> {
  const { images } = (await testImages()) as { readonly images: { readonly bases?: Readonly<Record<string, string>> } };
  return images.bases?.[key] ?? fallback;
}

function toolsOf({ engine, labels }: Bench): DockerToolContainers {
  return new DockerToolContainers(engine, { labels, newToken: token, caBundle: CA, proxies: {}, network: 'default' });
}

function extraCa(): Uint8Array | undefined {
  return CA === undefined ? undefined : readFileSync(CA);
}

function rig<Source extends OpenedSource & Pick<NpmSource, 'network'>>(bench: Bench, source: Source, image: string): SourceRig<Source> {
  const { engine, labels } = bench;
  const build: SourceRig<Source>['build'] = async (request) => {
    const log: string[] = [];
    const { files: own, fetch, offline, buildArguments, entrypoint } = source.buildInput(request);
    const files = [...own, ...((await fetch?.(image, (line) => void log.push(line))) ?? [])];
    const tag = `cc-mcp-test/sources:${token()}`;
    const common = { labels: { ...labels, [LABEL.recipe]: 'test', [LABEL.version]: '0' }, tags: [tag] };
    const ours = { BASE_IMAGE: image, CC_MCP_RECIPE: 'test', CC_MCP_VERSION: '0' };
    const fetched = await engine.build({ ...common, files, network: source.network(), buildArguments: { ...buildArguments, ...ours } }, (line) => void log.push(line));
    if (offline === undefined) return { imageId: fetched, entrypoint, log };
    const imageId = await engine.build({ ...common, files: offline.files, network: 'none', buildArguments: { ...offline.buildArguments, ...ours, FETCHED_IMAGE: tag } }, (line) => void log.push(line));
    return { imageId, entrypoint, log };
  };
  return {
    source,
    image,
    async install({ package: name, range, overrides = [], executable: bin, allowScripts = false }) {
      const resolved = await source.resolve(name, range);
      const locked = await source.lock({ resolved, overrides, baseImage: image, allowScripts }, () => {});
      const executable = locked.executables.find((candidate) => bin === undefined || candidate.name === bin);
      if (executable === undefined) throw new Error(`${name} has no executable ${bin ?? ''}: ${JSON.stringify(locked.executables)}`);
      return { resolved, locked, executable, ...(await build({ resolved, lock: locked.lock, executable, allowScripts })) };
    },
    build,
    async connect(imageId, [program = '', ...rest], { arguments: extra = [], environment: variables = {} } = {}) {
      const client = new Client({ name: 'test', version: '1' });
      const [label = ['', '']] = Object.entries(labels);
      onTestFinished(() => client.close());
      await client.connect(new StdioClientTransport({
        command: 'docker', stderr: 'pipe',
        args: ['run', '-i', '--rm', '--init', '--label', label.join('='), '--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL', '--network', 'none',
          ...Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${value}`]), '--entrypoint', program, imageId, ...rest, ...extra],
      }));
      return client;
    },
    async run(imageId, [program = '', ...rest]) {
      const [label = ['', '']] = Object.entries(labels);
      return new Promise((resolve, reject) => {
        execFile('docker', ['run', '--rm', '--label', label.join('='), '--network', 'none', '--entrypoint', program, imageId, ...rest], (error, stdout, stderr) => (error === null ? resolve(stdout) : reject(new Error(`${stdout}${stderr}`, { cause: error }))));
      });
    },
  };
}
