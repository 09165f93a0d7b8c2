import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LABEL } from '../../src/domain/container-engine.ts';
import type { ContainerSpec } from '../../src/domain/container-engine.ts';
import type { GateStep } from '../../src/domain/gate-report.ts';
import type { GateReport } from '../../src/domain/gate-report.ts';
import type { ProgressEvent } from '../../src/domain/progress.ts';
import { TMPFS } from '../../src/domain/tmpfs.ts';
import { DockerMCPManager } from '../../src/docker/docker-mcp-manager.ts';
import { GATE_TIME_LIMITS } from '../../src/gate/gate-request.ts';
import type { GateRequest, GateTimeLimits } from '../../src/gate/gate-request.ts';
import type { ScannerPrograms } from '../../src/gate/image-scan.ts';
import { MCPTester } from '../../src/gate/mcp-tester.ts';
import { systemClock } from '../../src/host/system-clock.ts';
import { SdkMcpConnector } from '../../src/mcp/mcp-connector.ts';
import { gatewayProgram } from '../support/gateway-program.ts';
import { testImages } from '../support/user-home.ts';

const run = promisify(execFile);
const FIXTURES = join(import.meta.dirname, '../fixtures/gate-servers');
const SERVERS = 'cc-mcp-test/gate-servers';
const socket = process.env['DOCKER_HOST']?.replace(/^unix:\/\//, '') ?? '/var/run/docker.sock';

export const engine = new DockerMCPManager({ kind: 'unix', path: socket }, { platform: 'linux' });

export interface TestImages {
  readonly node: string;
  readonly python: string;
  rewrite(reference: string): string;
}

async function images(): Promise<TestImages> {
  const { images: chosen } = (await testImages()) as { readonly images: { readonly bases?: Readonly<Record<string, string>>; readonly rewrite?: Readonly<Record<string, string>> } };
  const node = chosen.bases?.['node'] ?? 'node:24-slim';
  const python = chosen.bases?.['python'] ?? 'python:3.13-slim';
  const rewrites: Readonly<Record<string, string>> = { 'python:3.13-slim': python, ...chosen.rewrite };
  return { node, python, rewrite: (reference) => rewrites[reference] ?? reference };
}

/** The fixture servers in an image; the engine's cache makes every build but the first quick. */
export async function buildServers(): Promise<string> {
  const { node } = await images();
  await buildImage(SERVERS, FIXTURES, { BASE: node });
  return SERVERS;
}

async function buildImage(tag: string, folder: string, buildArguments: Readonly<Record<string, string>>): Promise<void> {
  const values = Object.entries(buildArguments).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
  await run('docker', ['build', '--force-rm', '--network', 'host', '--label', 'org.cc-mcp.test=gate', '--tag', tag, ...values, folder], { env: { ...process.env, DOCKER_BUILDKIT: '0' }, maxBuffer: 1 << 26 });
}

/** The sandbox profile around a fixture, with a token of its own. */
export function fixtureSpec(command: readonly string[], changes: Partial<ContainerSpec> = {}): ContainerSpec {
  const token = randomBytes(6).toString('hex');
  const labels = { [LABEL.home]: 'gate-test', [LABEL.manifest]: 'global', [LABEL.server]: 'fixture', [LABEL.token]: token, [LABEL.recipe]: 'none', [LABEL.version]: '0' };
  return {
    name: `cc-mcp-gate-${token}`, image: SERVERS, command: command.map((part, index) => (index === 0 ? `/opt/gate/${part}` : part)),
    environment: { HOME: '/tmp', NODE_OPTIONS: '--max-old-space-size=384' }, labels, user: '10001:10001', workingDirectory: '/tmp', mounts: [], tmpfs: TMPFS,
    network: { kind: 'none' }, extraHosts: [], memoryBytes: 512 * 1024 ** 2, nanoCpus: 1e9, pids: 128, readOnlyRoot: true, capAdd: [], securityOptions: [], stdin: true,
    logDriver: 'none', ...changes,
  };
}

let program: Promise<string> | undefined;

async function gateway(): Promise<GateRequest['gateway']> {
  program ??= gatewayProgram();
  return { image: (await images()).node, program: await program };
}

const NO_SCANNERS: ScannerPrograms = { run: async () => undefined };

export interface Outcome {
  readonly report: GateReport;
  readonly events: readonly ProgressEvent[];
  readonly seconds: number;
  step(name: GateStep['step']): GateStep;
}

/** One run of the gate; afterwards nothing of its token may be left. */
export async function gate(request: Partial<GateRequest> & Pick<GateRequest, 'spec'>, limits: Partial<GateTimeLimits> = {}, signal = new AbortController().signal, scanners: ScannerPrograms = NO_SCANNERS): Promise<Outcome> {
  const events: ProgressEvent[] = [];
  const tester = new MCPTester({
    engine, connector: new SdkMcpConnector('0'), clock: systemClock, scanners,
    progress: { report: (event) => void events.push(event) }, limits: { ...GATE_TIME_LIMITS, ...limits },
  });
  const begin = performance.now();
  const report = await tester.test({ name: 'fixture', roots: [], full: false, memory: '512m', secrets: [], gateway: await gateway(), reach: { granted: 'nothing' }, ...request }, signal);
  const step = (name: GateStep['step']): GateStep => {
    const found = report.steps.find((entry) => entry.step === name);
    if (found === undefined) throw new Error(`no step ${name}`);
    return found;
  };
  return { report, events, seconds: (performance.now() - begin) / 1000, step };
}

/** Names of what still carries a run's token. */
export async function leftovers(spec: ContainerSpec): Promise<readonly string[]> {
  const token = { [LABEL.token]: spec.labels[LABEL.token] ?? '' };
  const [containers, networks] = await Promise.all([engine.list(token), engine.listNetworks(token)]);
  return [...containers, ...networks].map(({ name }) => name);
}
