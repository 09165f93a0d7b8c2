import type Dockerode from 'dockerode';
import type { DockerOptions } from 'dockerode';
import type { EngineAddress } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import type { EngineCaller } from './engine-caller.ts';
import type { Attempted } from './engine-errors.ts';

/**
 * dockerode, for pulls and exec. Loaded at the first use, because it costs more
 * than the rest of a command.
 */
export class DockerodeConnection {
  readonly #engine: EngineCaller;
  #docker: Dockerode | undefined;

  constructor(engine: EngineCaller) {
    this.#engine = engine;
  }

  /** Ends when the engine does not answer pings any more: dockerode may hang for ever. `work` must read its stream to the end. */
  use<T>(attempted: Attempted, signal: AbortSignal | undefined, work: (docker: Dockerode, signal: AbortSignal) => Promise<T>, limit = Number.POSITIVE_INFINITY): Promise<T> {
    return this.#engine.orderWith(attempted, signal, async (inner) => {
      this.#docker ??= await open(this.#engine.address);
      return work(this.#docker, inner);
    }, limit);
  }
}

/** DOCKER_HOST and its certificates would else win over an address given here. */
const NONE: DockerOptions = { socketPath: undefined, host: undefined, port: undefined, ca: undefined, cert: undefined, key: undefined, timeout: undefined, protocol: undefined };

async function open(address: EngineAddress): Promise<Dockerode> {
  if (address.kind === 'unix') return construct({ ...NONE, socketPath: address.path });
  const { host, port, tls } = address;
  if (tls === undefined) return construct({ ...NONE, host, port, protocol: 'http' });
  const { readFile } = await import('node:fs/promises');
  const [ca, cert, key] = await Promise.all([readFile(tls.ca), readFile(tls.cert), readFile(tls.key)]);
  return construct({ ...NONE, host, port, protocol: 'https', ca, cert, key });
}

async function construct(options: DockerOptions): Promise<Dockerode> {
  const { default: Docker } = await import('dockerode');
  try {
    return new Docker(options);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // It reads the certificates of DOCKER_HOST even so.
    throw new CcMcpError('INVALID_VALUE', `DOCKER_HOST or DOCKER_CERT_PATH of the environment cannot be used: ${error.message}`, { suggestions: ['unset DOCKER_HOST DOCKER_CERT_PATH'], cause: error });
  }
}
