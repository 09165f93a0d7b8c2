import type { Clock } from '../domain/clock.ts';
import type { ContainerEngine, ContainerId, Labels, NetworkMode } from '../domain/container-engine.ts';
import { gatewayContainer } from '../domain/small-container.ts';
import { telling } from './diagnosis/telling-lines.ts';
import { GateContainer } from './gate-container.ts';
import { within } from './within.ts';

export interface NameLoggerRequest {
  readonly name: string;
  readonly network: NetworkMode;
  readonly labels: Labels;
  readonly gateway: { readonly image: string; readonly program: string };
}

export interface NameLogger {
  /** Whose network has it for its only name server. */
  readonly id: ContainerId;
  /** Ends it: every name that was asked for until now, each once. */
  names(): Promise<readonly string[]>;
}

/** In the network that it shares with the server, so that no firewall of this machine stands between them. */
const ADDRESS = '127.0.0.1';
const READY_SECONDS = 20;
const MEMORY = 64 * 1024 ** 2;
const HEAP_MEGABYTES = 24;
const ASKED = /^asked (\S+)$/gm;

/** Starts a name server of ours in a network: it knows no name, and says which it was asked for. A text: why it does not listen. */
export async function startNameLogger(engine: ContainerEngine, clock: Clock, { gateway, ...request }: NameLoggerRequest, stack: AsyncDisposableStack, signal: AbortSignal): Promise<NameLogger | string> {
  const spec = { ...gatewayContainer({ ...request, ...gateway, words: ['names'], mounts: [], memoryBytes: MEMORY, heapMegabytes: HEAP_MEGABYTES }), nameServers: [ADDRESS] };
  const container = stack.use(await GateContainer.start(engine, spec, signal));
  let said = '';
  const { promise: ready, resolve } = Promise.withResolvers<boolean>();
  const ended = new Promise<void>((done) => void container.streams.stdout.once('close', done));
  container.streams.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString('latin1');
    if (said.startsWith('ready\n')) resolve(true);
  });
  // Its end is told by `close`.
  container.streams.stdout.on('error', () => undefined);
  void ended.then(() => resolve(false));
  const listens = await within(clock, READY_SECONDS, signal, () => ready);
  if (listens.kind === 'late' || !listens.value) return `our name server does not listen${telling(container.stderr.text)}`;
  return {
    id: container.id,
    async names() {
      await engine.stop(container.id, 1);
      await ended;
      return [...said.matchAll(ASKED)].map(([, name = '']) => name);
    },
  };
}
