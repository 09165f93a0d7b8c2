import type { ContainerEngine, ContainerSpec } from '../domain/container-engine.ts';
import type { McpConnector } from '../domain/mcp-connection.ts';
import { failureOf } from './failed-connection.ts';
import { GateContainer } from './gate-container.ts';
import { lookingOnly } from './test-spec.ts';

/**
 * Whether a server answers `server/discover` as its first question. It is asked in a container of its own: some servers of the older
 * era end at any request before `initialize`, and one that speaks both no longer answers it afterwards.
 */
export class EraProbe implements AsyncDisposable {
  readonly #engine: ContainerEngine;
  readonly #connector: McpConnector;
  readonly #spec: ContainerSpec;
  readonly #ended = new AbortController();
  readonly #signal: AbortSignal;
  #answer: Promise<boolean> | undefined;

  constructor(engine: ContainerEngine, connector: McpConnector, spec: ContainerSpec, signal: AbortSignal) {
    this.#engine = engine;
    this.#connector = connector;
    this.#spec = lookingOnly(spec);
    this.#signal = AbortSignal.any([signal, this.#ended.signal]);
  }

  /** Starts the container at the first call. */
  answer(): Promise<boolean> {
    this.#answer ??= this.#ask();
    // Who waits for it sees a failure; nobody has to.
    this.#answer.catch(() => undefined);
    return this.#answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    await this.#answer?.catch(() => undefined);
  }

  async #ask(): Promise<boolean> {
    await using container = await GateContainer.start(this.#engine, this.#spec, this.#signal);
    try {
      await using _ = await this.#connector.connect(container.streams, { roots: [], era: 'modern' }, this.#signal);
      return true;
    } catch (error) {
      this.#signal.throwIfAborted();
      failureOf(error);
      return false;
    }
  }
}
