import type { Clock } from '../domain/clock.ts';
import type { ContainerEngine, ContainerSpec, NetworkMode } from '../domain/container-engine.ts';
import type { McpConnection, McpConnector } from '../domain/mcp-connection.ts';
import type { ExpectedCall } from '../domain/package.ts';
import { failureOf } from './failed-connection.ts';
import { GateContainer } from './gate-container.ts';
import type { NameLoggerRequest } from './name-logger.ts';
import { startNameLogger } from './name-logger.ts';
import { within } from './within.ts';

export interface Watching {
  readonly engine: ContainerEngine;
  readonly connector: McpConnector;
  readonly clock: Clock;
  readonly gateway: NameLoggerRequest['gateway'];
  /** Without what belongs to the user: it is started and called once more. */
  readonly spec: ContainerSpec;
  /** `none`, or one without a route where something is that it needs. */
  readonly network: NetworkMode;
  readonly roots: readonly string[];
  readonly era?: 'modern';
  /** It listens instead of reading its stdin, and nothing leads to it here: only its start is watched. */
  readonly isService: boolean;
  readonly calls: readonly ExpectedCall[];
  readonly seconds: number;
}

/** How long a server that was told to end may take for its last words. */
const END_SECONDS = 1;
const SERVICE_SECONDS = 5;

/**
 * Which hosts a server asks for by name. It is started once more for that, in the network of a name server of ours, which has no route
 * and answers «there is none»: nothing leaves, and what it would reach is known.
 */
export class HostProbe implements AsyncDisposable {
  readonly #watching: Watching;
  readonly #ended = new AbortController();
  readonly #signal: AbortSignal;
  readonly #proven = Promise.withResolvers<void>();
  #names: Promise<readonly string[] | string> | undefined;

  constructor(watching: Watching, signal: AbortSignal) {
    this.#watching = watching;
    this.#signal = AbortSignal.any([signal, this.#ended.signal]);
  }

  /** Starts and lists; its calls wait for `names`. */
  start(): void {
    this.#names ??= this.#watch();
    // Who waits for it sees a failure; nobody has to.
    this.#names.catch(() => undefined);
  }

  /** Once nobody else needs the companion any more. A text: why they are not known. */
  async names(): Promise<readonly string[] | string> {
    this.#proven.resolve();
    this.start();
    return (await this.#names) ?? [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    this.#proven.resolve();
    await this.#names?.catch(() => undefined);
  }

  async #watch(): Promise<readonly string[] | string> {
    const { engine, clock, gateway, spec, network } = this.#watching;
    await using held = new AsyncDisposableStack();
    const logger = await startNameLogger(engine, clock, { name: `${spec.name}-names`, network, labels: spec.labels, gateway }, held, this.#signal);
    if (typeof logger === 'string') return logger;
    const watched = { ...spec, name: `${spec.name}-hosts`, network: { kind: 'container', id: logger.id }, extraHosts: [] } as const;
    await this.#exercise(held.use(await GateContainer.start(engine, watched, this.#signal)));
    this.#signal.throwIfAborted();
    return await logger.names();
  }

  /** What it answers is proven elsewhere. */
  async #exercise(container: GateContainer): Promise<void> {
    const { clock, connector, roots, era, isService, calls, seconds } = this.#watching;
    if (isService) return void (await within(clock, SERVICE_SECONDS, this.#signal, () => container.exited));
    await using held = new AsyncDisposableStack();
    const opened = await within(clock, seconds, this.#signal, (signal) => answered(async () => {
      const connection = held.use(await connector.connect(container.streams, { roots, ...(era && { era }) }, signal));
      if (connection.capabilities.tools) await connection.listTools(signal);
      return connection;
    }, signal));
    const connection = opened.kind === 'done' ? opened.value : undefined;
    if (connection === undefined) return;
    await this.#proven.promise;
    await within(clock, seconds, this.#signal, (signal) => callAll(connection, calls, signal));
    connection.closeInput();
    await within(clock, END_SECONDS, this.#signal, () => container.exited);
  }
}

async function callAll(connection: McpConnection, calls: readonly ExpectedCall[], signal: AbortSignal): Promise<void> {
  for (const call of calls) await answered(() => connection.callTool(call.tool, call.arguments, signal), signal);
}

/** Undefined where the server fails. */
async function answered<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    failureOf(error);
    return undefined;
  }
}
