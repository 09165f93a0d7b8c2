import { createInterface } from 'node:readline';
import type { ContainerSpec } from '../src/domain/container-engine.ts';
import { DockerMCPManager } from '../src/docker/docker-mcp-manager.ts';
import { containerLabels } from '../src/domain/container-labels.ts';
import { localhostLink } from '../src/domain/localhost-link.ts';
import { GATEWAY_HOST } from '../src/domain/localhost-values.ts';
import { GateContainer } from '../src/gate/gate-container.ts';
import { ADDRESS, nodeImage, token } from '../test/support/engine.ts';
import { gatewayProgram } from '../test/support/gateway-program.ts';
import { type Row, row } from './row.ts';
import { median } from './statistics.ts';

const BLOCKS = 40;
const BLOCK = 50;

/** Answers each request with a small text, and says on which port. Both are in containers: the engine gives each its share of the CPUs. */
const SERVICE = `const server = require('node:http').createServer((_, answer) => answer.end('{"rows":[{"answer":42}]}')).listen(0, process.argv[1], () => console.log(server.address().port));`;
/** Makes as many calls as a line says, one after the other on one connection, and gives their milliseconds. */
const CLIENT = `
  const { Agent, get } = require('node:http');
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const call = () => new Promise((resolve, reject) => get(process.argv[1], { agent }, (answer) => answer.resume().on('end', resolve)).on('error', reject));
  require('node:readline').createInterface({ input: process.stdin }).on('line', async (line) => {
    const samples = [];
    for (let count = 0; count < Number(line); count += 1) {
      const started = performance.now();
      await call();
      samples.push(performance.now() - started);
    }
    console.log(JSON.stringify(samples));
  });`;

/** Small calls by HTTP from a container: to a service on this machine's loopback, and to the same one in a container on a bridge. */
export async function localhostRows(): Promise<readonly Row[]> {
  const engine = new DockerMCPManager(ADDRESS, { platform: 'linux' });
  const signal = new AbortController().signal;
  const image = await nodeImage();
  const owner = { home: token(), manifestId: 'global', server: 'bench', token: token(), recipe: '', version: '' };
  const spec = (name: string, network: string, script: string, ...words: string[]): ContainerSpec => ({
    name: `cc-mcp-bench-${name}-${owner.token}`, image, entrypoint: ['node'], command: ['--eval', script, '--', ...words], environment: {}, labels: containerLabels(owner), user: '10001:10001', mounts: [],
    tmpfs: {}, network: { kind: 'named', name: network }, extraHosts: [], memoryBytes: 128 * 1024 ** 2, nanoCpus: null, pids: 32, readOnlyRoot: true, capAdd: [], securityOptions: [], stdin: true, logDriver: 'none',
  });
  await using held = new AsyncDisposableStack();
  const port = Number(await new Caller(held.use(await GateContainer.start(engine, spec('local', 'host', SERVICE, '127.0.0.1'), signal))).line());
  const link = localhostLink({ ports: [port], image, program: await gatewayProgram(), owner });
  held.defer(async () => void (await engine.closeLink(link.name)));
  await engine.openLink(link);
  const bridge = `cc-mcp-bench-${owner.token}`;
  held.defer(() => engine.removeNetwork(bridge));
  await engine.createNetwork({ name: bridge, labels: containerLabels(owner), internal: false });
  const service = held.use(await GateContainer.start(engine, spec('service', bridge, SERVICE, '0.0.0.0'), signal));
  const servicePort = await new Caller(service).line();
  const ours = new Caller(held.use(await GateContainer.start(engine, spec('ours', link.name, CLIENT, `http://${GATEWAY_HOST}:${port}/`), signal)));
  const direct = new Caller(held.use(await GateContainer.start(engine, spec('direct', bridge, CLIENT, `http://${service.spec.name}:${servicePort}/`), signal)));
  const samples = { ours: [] as number[], direct: [] as number[] };
  for (let block = -2; block < BLOCKS; block += 1) {
    const [one, other] = [await ours.calls(), await direct.calls()];
    if (block < 0) continue;
    samples.ours.push(...one);
    samples.direct.push(...other);
  }
  return [row('a call through the `localhost` forwarder, median', 'a direct connection on a bridge', 'ms', median(samples.ours), median(samples.direct), { most: 2 })];
}

/** A client that waits for how many calls it shall make. */
class Caller {
  readonly #lines: AsyncIterator<string>;
  readonly #container: GateContainer;

  constructor(container: GateContainer) {
    this.#container = container;
    this.#lines = createInterface({ input: container.streams.stdout })[Symbol.asyncIterator]();
  }

  async line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error(`it ended: ${this.#container.stderr.text}`);
    return value;
  }

  async calls(): Promise<readonly number[]> {
    this.#container.streams.stdin.write(`${BLOCK}\n`);
    return JSON.parse(await this.line()) as readonly number[];
  }
}
