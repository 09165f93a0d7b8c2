import type Dockerode from 'dockerode';
import type { EngineAddress } from '../domain/container-engine.ts';
import type { EngineCaller } from './engine-caller.ts';
import type { Attempted } from './engine-errors.ts';

/**
 * dockerode, for what goes in or out as a stream: builds, pulls, archives, exec. Loaded at the first use, because it costs more
 * than the rest of a command.
 */
export class DockerodeConnection {
  readonly #engine: EngineCaller;
  #docker: Promise<Dockerode> | undefined;

  constructor(engine: EngineCaller) {
    this.#engine = engine;
  }

  /** Ends when the engine does not answer pings any more: dockerode may hang for ever. `work` must read its stream to the end. */
  async use<T>(attempted: Attempted, signal: AbortSignal | undefined, work: (docker: Dockerode, signal: AbortSignal) => Promise<T>, limit = Number.POSITIVE_INFINITY): Promise<T> {
    this.#docker ??= open(this.#engine.address);
    const docker = await this.#docker;
    return this.#engine.orderWith(attempted, signal, (inner) => work(docker, inner), limit);
  }
}

async function open(address: EngineAddress): Promise<Dockerode> {
  const { default: Docker } = await import('dockerode');
  // DOCKER_HOST and its certificates would else win over an address given here.
  const none = { socketPath: undefined, host: undefined, port: undefined, ca: undefined, cert: undefined, key: undefined, timeout: undefined, protocol: undefined };
  if (address.kind === 'unix') return new Docker({ ...none, socketPath: address.path });
  const { host, port, tls } = address;
  if (tls === undefined) return new Docker({ ...none, host, port, protocol: 'http' });
  const { readFile } = await import('node:fs/promises');
  const [ca, cert, key] = await Promise.all([readFile(tls.ca), readFile(tls.cert), readFile(tls.key)]);
  return new Docker({ ...none, host, port, protocol: 'https', ca, cert, key });
}
