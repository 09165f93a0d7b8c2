import { randomBytes } from 'node:crypto';
import type { Clock } from '../domain/clock.ts';
import type { Labels, NetworkDetails, NetworkSpec, VolumeDetails } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import { carries } from './in-memory-image.ts';

export class InMemoryNetworks {
  readonly #networks = new Map<string, NetworkDetails>();
  readonly #isUsed: (name: string) => boolean;

  constructor(isUsed: (name: string) => boolean) {
    this.#isUsed = isUsed;
  }

  create(spec: NetworkSpec, signal?: AbortSignal): void {
    signal?.throwIfAborted();
    if (this.#networks.has(spec.name)) throw new CcMcpError('CONFLICT', `Could not create network ${spec.name}: it is there already`);
    this.#networks.set(spec.name, { ...spec, id: randomBytes(32).toString('hex'), gateways: spec.internal ? [] : ['172.18.0.1'], subnets: [spec.subnet ?? '172.18.0.0/16'] });
  }

  inspect(name: string, signal?: AbortSignal): NetworkDetails | undefined {
    signal?.throwIfAborted();
    return this.#networks.get(name);
  }

  list(labels: Labels, signal?: AbortSignal): readonly NetworkDetails[] {
    signal?.throwIfAborted();
    return [...this.#networks.values()].filter((network) => carries(network.labels, labels));
  }

  remove(name: string, signal?: AbortSignal): void {
    signal?.throwIfAborted();
    if (this.#isUsed(name)) throw new CcMcpError('CONFLICT', `Could not remove network ${name}: it is in use`);
    this.#networks.delete(name);
  }

  mustExist(name: string): void {
    if (!this.#networks.has(name)) throw new CcMcpError('CONFLICT', `Could not start the container: network ${name} not found`);
  }
}

export class InMemoryVolumes {
  readonly #volumes = new Map<string, VolumeDetails>();
  readonly #clock: Clock;
  readonly #isUsed: (name: string) => boolean;

  constructor(clock: Clock, isUsed: (name: string) => boolean) {
    this.#clock = clock;
    this.#isUsed = isUsed;
  }

  create(name: string, labels: Labels, signal?: AbortSignal): void {
    signal?.throwIfAborted();
    const existing = this.#volumes.get(name);
    const same = existing === undefined || (carries(existing.labels, labels) && Object.keys(existing.labels).length === Object.keys(labels).length);
    if (!same) throw new CcMcpError('CONFLICT', `A volume named ${name} is there already, and it is not ours`);
    if (existing === undefined) this.#volumes.set(name, { name, labels, createdAt: this.#clock.now() });
  }

  inspect(name: string, signal?: AbortSignal): VolumeDetails | undefined {
    signal?.throwIfAborted();
    return this.#volumes.get(name);
  }

  list(labels: Labels, signal?: AbortSignal): readonly VolumeDetails[] {
    signal?.throwIfAborted();
    return [...this.#volumes.values()].filter((volume) => carries(volume.labels, labels));
  }

  remove(name: string, signal?: AbortSignal): void {
    signal?.throwIfAborted();
    if (this.#isUsed(name)) throw new CcMcpError('CONFLICT', `Could not remove volume ${name}: it is in use`);
    this.#volumes.delete(name);
  }
}
