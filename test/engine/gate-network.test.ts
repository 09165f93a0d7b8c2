import { beforeAll, expect, it } from 'vitest';
import { GateContainer } from '../../src/gate/gate-container.ts';
import { startNameLogger } from '../../src/gate/name-logger.ts';
import { systemClock } from '../../src/host/system-clock.ts';
import { PODMAN, realBench, specOf } from '../support/engine.ts';
import { gatewayProgram } from '../support/gateway-program.ts';
import type { ExpectedCall } from '../../src/domain/package.ts';
import type { GateRequest } from '../../src/gate/gate-request.ts';
import { buildServers, fixtureSpec, gate, leftovers } from './gate-rig.ts';

beforeAll(buildServers);

const CALLS: readonly ExpectedCall[] = [{ title: 'Call test', tool: 'ask', arguments: { text: 'SECRET' }, expect: {} }];
const TRIED = ['api.example.com', 'secret.exfiltration.example.net', 'telemetry.example.com'];

async function tried(reach: GateRequest['reach'], command: readonly string[] = ['phones-home.mjs']) {
  const spec = fixtureSpec(command, { environment: { HOME: '/tmp', HTTPS_PROXY: 'http://proxy.example.com:3128', NODE_USE_ENV_PROXY: '1' } });
  const { report, step } = await gate({ spec, full: true, reach, package: { tests: { calls: CALLS, timeout: 5 }, configuration: [], pathsAsArguments: false } });
  expect(await leftovers(spec)).toEqual([]);
  const network = step('network');
  return { report, ...network, hosts: network.hosts?.toSorted((a, b) => (a.host < b.host ? -1 : 1)) };
}

it('names the hosts that a server without a network asks for, at its start and in its calls, and what is granted stays nothing', async () => {
  const { report, outcome, reason, suggestions, hosts } = await tried({ granted: 'nothing', asked: ['api.example.com:443'] });
  expect([report.outcome, outcome]).toEqual(['warned', 'warned']);
  expect(hosts).toEqual(TRIED.map((host) => ({ host, asked: host === 'api.example.com', granted: false })));
  for (const host of TRIED) expect(reason).toContain(host);
  expect(reason).toMatch(/^it tried .*: not granted, and its package does not ask for .*$/);
  expect(suggestions.join()).toContain('--allow-net');
  expect(report.steps.find(({ step }) => step === 'security')?.outcome).toBe('passed');
});

it('names the host without which a server does not start', async () => {
  const { report, reason } = await tried({ granted: 'nothing' }, ['phones-home.mjs', 'must-reach']);
  expect([report.outcome, reason]).toEqual(['failed', 'it tried telemetry.example.com: not granted']);
});

it('passes one that asks for no host', async () => {
  const { report, outcome, reason, hosts } = await tried({ granted: 'nothing', asked: 'none' }, ['asks-nobody.mjs']);
  expect([report.outcome, outcome, reason, hosts]).toEqual(['passed', 'passed', 'it asks for no host', []]);
});

it.each(['none', 'internal'])('[N4] each name that is asked for in its network is seen on Podman too, and none is known: %s', async (network) => {
  const bench = await realBench(PODMAN);
  const [name, signal] = [bench.name(), new AbortController().signal];
  await bench.engine.createNetwork({ name, labels: bench.labels, internal: true });
  await using held = new AsyncDisposableStack();
  const mode = network === 'none' ? { kind: 'none' } as const : { kind: 'named', name } as const;
  const logger = await startNameLogger(bench.engine, systemClock, { name: bench.name(), network: mode, labels: bench.labels, gateway: { image: bench.image, program: await gatewayProgram() } }, held, signal);
  if (typeof logger === 'string') throw new Error(logger);
  const script = 'for (const name of ["one.example.com", "two"]) await require("node:dns/promises").lookup(name).catch(({ code }) => console.error(name, code))';
  const container = held.use(await GateContainer.start(bench.engine, specOf(bench, ['node', '--input-type=commonjs', '-e', `(async () => { ${script} })()`], { network: { kind: 'container', id: logger.id }, stdin: false }), signal));
  await container.exited;
  expect(await logger.names()).toEqual(['one.example.com', 'two']);
  expect(container.stderr.text).toBe('one.example.com ENOTFOUND\ntwo ENOTFOUND\n');
});
