import type { ServiceChannel, ServiceDoor, ServiceDoors } from '../domain/service-door.ts';
import { frontContainer } from '../domain/service-front.ts';
import { type ServiceAddress, USUAL_PATHS, type WantedService } from '../domain/service.ts';
import type { Clock } from '../domain/clock.ts';
import type { ContainerEngine } from '../domain/container-engine.ts';
import { GateContainer } from './gate-container.ts';
import { type ListeningPort, listeningPorts } from './listening-ports.ts';
import type { StepResult } from './step-recorder.ts';

/** What it takes to reach a server that listens, as its clients will. */
export interface ServiceAccess {
  readonly wanted: WantedService;
  readonly doors: ServiceDoors;
  /** Of the front: an image with Node, and the program's source. */
  readonly image: string;
  readonly program: string;
  newToken(): string;
  freePort(): Promise<number>;
}

export interface Reaching {
  readonly engine: ContainerEngine;
  readonly clock: Clock;
  readonly access: ServiceAccess;
  /** Of the server, on a network that a front can be put on. */
  readonly container: GateContainer;
  readonly name: string;
  readonly seconds: number;
}

/** A service that listens behind a front of its own. */
export interface ReachedService {
  readonly address: ServiceAddress;
  connect(): ServiceChannel;
}

const POLL = 100;
const PROBE_SECONDS = 10;
/** One that listens elsewhere for so long listens nowhere else. */
const PATIENCE = 5000;

/** Finds where a server listens, puts a front before it, and finds the path that answers. What it makes goes to `stack`. `ended`: the server did, before it listened. */
export async function reachService(reaching: Reaching, stack: AsyncDisposableStack, signal: AbortSignal): Promise<ReachedService | StepResult | 'ended'> {
  const { engine, clock, access, container, name, seconds } = reaching;
  const deadline = clock.monotonic() + seconds * 1000;
  const { wanted, doors } = access;
  const port = wanted.port ?? (await findPort(reaching, deadline, signal));
  if (typeof port !== 'number') return port;
  if (container.exit !== undefined) return 'ended';
  const outerPort = await access.freePort();
  const token = access.newToken();
  const { network, labels } = container.spec;
  const front = frontContainer({ name: `${container.spec.name}-front`, labels, server: name, host: container.spec.name, port, outerPort, token, image: access.image, program: access.program });
  const joins = network.kind === 'named' ? (id: GateContainer['id']): Promise<void> => engine.connectNetwork(network.name, id, signal) : undefined;
  const running = stack.use(await GateContainer.start(engine, front, signal, joins));
  running.streams.stdout.resume();
  const door = { port: outerPort, path: wanted.path ?? USUAL_PATHS[wanted.transport][0], transport: wanted.transport, token };
  const elsewhere = new Elsewhere(reaching, port);
  while ((await doors.state(door)) !== 'server') {
    if (container.exit !== undefined) return 'ended';
    if (clock.monotonic() > deadline || (await elsewhere.isSure(signal))) return notListening(await listeningPorts(engine, container.id, signal), port);
    await clock.sleep(POLL, signal);
  }
  const path = wanted.path ?? (await findPath(door, reaching, signal));
  if (path === undefined) {
    const tried = USUAL_PATHS[wanted.transport].join(', ');
    return { outcome: 'failed', reason: `it listens on port ${port} and answers at none of ${tried}`, suggestions: ['--path PATH of its address', ...(wanted.transport === 'http' ? ['--transport sse, where it speaks the older HTTP with SSE'] : ['--transport http'])] };
  }
  return { address: { transport: wanted.transport, port, path }, connect: () => doors.connect({ ...door, path }, async () => `${name} broke off its answer`) };
}

async function findPort({ engine, clock, container, access }: Reaching, deadline: number, signal: AbortSignal): Promise<number | StepResult | 'ended'> {
  let hiddenAt: number | undefined;
  let blindAt: number | undefined;
  for (;;) {
    if (container.exit !== undefined) return 'ended';
    const found = await listeningPorts(engine, container.id, signal);
    const open = found?.filter(({ loopbackOnly }) => !loopbackOnly) ?? [];
    const [first, second] = open;
    if (first !== undefined && second === undefined) return first.port;
    if (first !== undefined) return { outcome: 'failed', reason: `it listens on several ports: ${open.map(({ port }) => port).join(', ')}`, suggestions: ['--port NUMBER of the one that speaks MCP'] };
    hiddenAt ??= found !== undefined && found.length > 0 ? clock.monotonic() : undefined;
    if (clock.monotonic() > Math.min(deadline, (hiddenAt ?? deadline) + PATIENCE)) return notListening(found, undefined);
    // A look into one that is about to be known as ended finds nothing either.
    blindAt ??= clock.monotonic();
    if (found !== undefined) blindAt = undefined;
    else if (clock.monotonic() - blindAt > PATIENCE) return { outcome: 'failed', reason: 'its image has nothing that could tell on which port it listens', suggestions: [`--transport ${access.wanted.transport} --port NUMBER`] };
    await clock.sleep(POLL, signal);
  }
}

/** Whether a server listens, but not where it is asked. Looking costs more than asking, so it is done now and then. */
class Elsewhere {
  readonly #reaching: Reaching;
  readonly #port: number;
  #lookAt: number;

  constructor(reaching: Reaching, port: number) {
    this.#reaching = reaching;
    this.#port = port;
    this.#lookAt = reaching.clock.monotonic() + PATIENCE;
  }

  async isSure(signal: AbortSignal): Promise<boolean> {
    const { clock, engine, container } = this.#reaching;
    if (clock.monotonic() < this.#lookAt) return false;
    this.#lookAt = clock.monotonic() + PATIENCE;
    const found = await listeningPorts(engine, container.id, signal);
    return found !== undefined && found.length > 0 && !found.some(({ port, loopbackOnly }) => port === this.#port && !loopbackOnly);
  }
}

function notListening(found: readonly ListeningPort[] | undefined, port: number | undefined): StepResult {
  const hidden = found?.find(({ loopbackOnly, port: its }) => loopbackOnly && (port === undefined || its === port));
  if (hidden !== undefined) {
    return {
      outcome: 'failed', reason: `it listens on 127.0.0.1:${hidden.port} inside its container, where nothing else reaches it`,
      suggestions: ['Make it listen on 0.0.0.0: many servers take --env HOST=0.0.0.0, or an argument after --; nothing but its front reaches it there either'],
    };
  }
  const others = found?.filter(({ loopbackOnly }) => !loopbackOnly).map(({ port: its }) => its) ?? [];
  return {
    outcome: 'failed', reason: port === undefined ? 'it listens on no port' : `it does not listen on port ${port}${others.length === 0 ? '' : `, but on ${others.join(', ')}`}`,
    suggestions: others.length > 0 ? [`--port ${others[0]}`] : ['Look for the argument or the variable that makes it listen, and give it after -- or with --env', 'Without --transport it is taken for a server that reads its stdin'],
  };
}

/** Servers begin to listen before they know their paths: asked again for a while. */
async function findPath(door: ServiceDoor, { clock, access: { doors } }: Reaching, signal: AbortSignal): Promise<string | undefined> {
  const deadline = clock.monotonic() + PROBE_SECONDS * 1000;
  for (;;) {
    let isAnswered = false;
    for (const path of USUAL_PATHS[door.transport]) {
      const spoken = await doors.probe({ ...door, path }, signal);
      if (spoken === 'yes') return path;
      isAnswered ||= spoken === 'no';
    }
    if (isAnswered || clock.monotonic() > deadline) return undefined;
    await clock.sleep(POLL, signal);
  }
}
