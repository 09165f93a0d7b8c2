import { randomBytes } from 'node:crypto';
import { posix } from 'node:path';
import type { Clock } from '../domain/clock.ts';
import type { ArchiveFile, Attachment, AttachOptions, ContainerId, ExitStatus, Labels, Usage } from '../domain/container-engine.ts';
import type { StoredImage } from './in-memory-image.ts';
import { at, listAt, numberAt, recordAt, textAt, textsAt } from './json-fields.ts';
import { type Script, ScriptedContainer } from './scripted-container.ts';

const KILLED: ExitStatus = { exitCode: 137, oomKilled: false };

/** One container of the in-memory engine. It answers an inspection as an engine does, so that one reading serves both. */
export class InMemoryContainer {
  readonly id = randomBytes(32).toString('hex') as ContainerId;
  readonly name: string;
  readonly image: StoredImage;
  readonly files: Map<string, Uint8Array>;
  nanoCpus: number;
  readonly #body: Readonly<Record<string, unknown>>;
  readonly #clock: Clock;
  readonly #createdAt: number;
  #process = new ScriptedContainer();
  #life: { readonly status: 'created' } | { readonly status: 'running'; readonly startedAt: string } | { readonly status: 'exited'; readonly finishedAt: string; readonly exit: ExitStatus } = { status: 'created' };

  constructor(name: string, body: Readonly<Record<string, unknown>>, image: StoredImage, clock: Clock) {
    this.name = name;
    this.image = image;
    this.files = new Map(image.files);
    this.nanoCpus = numberAt(body, 'HostConfig', 'NanoCpus');
    this.#body = body;
    this.#clock = clock;
    this.#createdAt = clock.now();
  }

  get isRunning(): boolean {
    return this.#life.status === 'running';
  }

  /** An image hands its labels down. */
  get labels(): Labels {
    return { ...this.image.details.labels, ...recordAt(this.#body, 'Labels') };
  }

  get networkMode(): string {
    return textAt(this.#body, 'HostConfig', 'NetworkMode');
  }

  get volumes(): readonly string[] {
    return listAt(this.#body, 'HostConfig', 'Mounts').filter((mount) => textAt(mount, 'Type') === 'volume').map((mount) => textAt(mount, 'Source'));
  }

  start(script: Script): void {
    if (this.isRunning) return;
    if (this.#life.status === 'exited') this.#process = new ScriptedContainer();
    const process = this.#process;
    this.#life = { status: 'running', startedAt: new Date(this.#clock.now()).toISOString() };
    void process.exited.then((exit) => {
      this.#life = { status: 'exited', finishedAt: new Date(this.#clock.now()).toISOString(), exit };
    });
    const { entrypoint, command } = this.image.details;
    const own = at(this.#body, 'Entrypoint') === undefined ? entrypoint : textsAt(this.#body, 'Entrypoint');
    const given = textsAt(this.#body, 'Cmd');
    process.start(script, [...own, ...(given.length > 0 || own !== entrypoint ? given : command)], environment(this.#environment()));
  }

  async stop(graceMilliseconds: number, signal: AbortSignal | undefined): Promise<void> {
    if (!this.isRunning) return;
    this.#process.ask();
    const ended = new AbortController();
    const grace = AbortSignal.any(signal === undefined ? [ended.signal] : [ended.signal, signal]);
    const sleep = this.#clock.sleep(graceMilliseconds, grace).then(() => this.kill(), () => signal?.throwIfAborted());
    await Promise.race([this.#process.exited, sleep]);
    ended.abort();
  }

  kill(): void {
    if (this.isRunning) this.#process.end(KILLED);
  }

  /** What does not run has stopped. */
  async wait(signal: AbortSignal | undefined): Promise<ExitStatus> {
    if (this.#life.status === 'exited') return this.#life.exit;
    if (this.#life.status === 'created') return { exitCode: 0, oomKilled: false };
    const aborted = Promise.withResolvers<never>();
    const onAbort = (): void => aborted.reject(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([this.#process.exited, aborted.promise]);
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  attach(options: AttachOptions): Attachment {
    return this.#process.attach(options);
  }

  usage(): Usage | undefined {
    if (!this.isRunning) return undefined;
    return { memoryBytes: 1024 ** 2, memoryLimitBytes: numberAt(this.#body, 'HostConfig', 'Memory'), cpuNanoseconds: 1_000_000, pids: 1 };
  }

  writeFiles(folder: string, files: readonly ArchiveFile[]): void {
    for (const { path, content } of files) if (!path.endsWith('/')) this.files.set(posix.join(folder, path), content);
  }

  /** As an engine would answer. */
  inspection(): unknown {
    const host = at(this.#body, 'HostConfig');
    return {
      Id: this.id,
      Name: `/${this.name}`,
      Image: this.image.details.id,
      Created: new Date(this.#createdAt).toISOString(),
      State: this.#state(),
      Config: { ...this.#body, Labels: this.labels, Env: this.#environment(), HostConfig: undefined },
      HostConfig: { ...(typeof host === 'object' ? host : {}), NanoCpus: this.nanoCpus },
      Mounts: listAt(host, 'Mounts').map((mount) => ({
        Type: textAt(mount, 'Type'), Name: textAt(mount, 'Source'), Source: textAt(mount, 'Source'), Destination: textAt(mount, 'Target'), RW: at(mount, 'ReadOnly') !== true,
      })),
      NetworkSettings: { Networks: { [this.networkMode]: {} } },
    };
  }

  #environment(): readonly string[] {
    return [...this.image.details.environment, ...textsAt(this.#body, 'Env')];
  }

  #state(): unknown {
    const life = this.#life;
    switch (life.status) {
      case 'created':
        return { Status: 'created' };
      case 'running':
        return { Status: 'running', Running: true, Pid: 1, StartedAt: life.startedAt };
      case 'exited':
        return { Status: 'exited', ExitCode: life.exit.exitCode, OOMKilled: life.exit.oomKilled, FinishedAt: life.finishedAt };
      default:
        return life satisfies never;
    }
  }
}

function environment(lines: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}
