import type { Attachment, ContainerEngine, ContainerId, ContainerSpec, ExitStatus } from '../domain/container-engine.ts';
import { StderrRing } from './stderr-ring.ts';

/** A container of one gate run: attached before it starts, so that its last words are seen, and removed whatever happens. */
export class GateContainer implements AsyncDisposable {
  readonly id: ContainerId;
  readonly spec: ContainerSpec;
  readonly stderr: StderrRing;
  readonly streams: Attachment;
  readonly exited: Promise<ExitStatus>;
  #exit: ExitStatus | undefined;
  readonly #engine: ContainerEngine;
  readonly #disposed = new AbortController();

  private constructor(engine: ContainerEngine, spec: ContainerSpec, id: ContainerId, streams: Attachment) {
    this.#engine = engine;
    this.spec = spec;
    this.id = id;
    this.streams = streams;
    this.stderr = new StderrRing(streams.stderr);
    this.exited = engine.wait(id, this.#disposed.signal).then((exit) => (this.#exit = exit));
    // Whoever awaits it sees a failure; nobody has to.
    this.exited.catch(() => undefined);
  }

  /** `prepare` sees it before it starts. */
  static async start(engine: ContainerEngine, spec: ContainerSpec, signal: AbortSignal, prepare?: (id: ContainerId) => Promise<void>): Promise<GateContainer> {
    // Without the signal: an order that is given up may have been carried out, and nobody would know the id.
    const id = await engine.create(spec);
    let streams: Attachment | undefined;
    try {
      signal.throwIfAborted();
      await prepare?.(id);
      streams = await engine.attach(id, { stdin: spec.stdin, stdout: true, stderr: true }, signal);
      await engine.start(id, signal);
      return new GateContainer(engine, spec, id, streams);
    } catch (error) {
      await streams?.[Symbol.asyncDispose]();
      await engine.remove(id);
      throw error;
    }
  }

  /** Undefined while it runs. */
  get exit(): ExitStatus | undefined {
    return this.#exit;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed.abort();
    try {
      await this.streams[Symbol.asyncDispose]();
    } finally {
      await this.#engine.remove(this.id);
    }
  }
}
