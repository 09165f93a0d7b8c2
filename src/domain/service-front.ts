import type { ContainerSpec, Service } from './container-engine.ts';
import { containerLabels } from './container-labels.ts';
import type { ContainerOwner } from './container-labels.ts';
import { canonicalJson, sha256 } from './fingerprint.ts';
import { gatewayContainer } from './small-container.ts';

export interface FrontRequest {
  readonly name: string;
  readonly labels: ContainerSpec['labels'];
  /** The server's name, for words. */
  readonly server: string;
  /** Where the server listens, on a network that the front is on. */
  readonly host: string;
  readonly port: number;
  readonly outerPort: number;
  readonly token: string;
  readonly image: string;
  readonly program: string;
}

const INNER_PORT = 8080;
const MEMORY = 96 * 1024 ** 2;
const HEAP_MEGABYTES = 48;

/** The front of a service. It never learns the token: a hash is enough to know it again. */
export function frontContainer({ name, labels, server, host, port, outerPort, token, image, program }: FrontRequest): ContainerSpec {
  return {
    ...gatewayContainer({
      name, labels, image, program, words: ['front', server, host, String(port), String(outerPort), sha256(token), String(INNER_PORT)], mounts: [],
      network: { kind: 'bridge' }, memoryBytes: MEMORY, heapMegabytes: HEAP_MEGABYTES,
    }),
    publish: { port: INNER_PORT, outerPort },
  };
}

export interface ServiceRequest extends Omit<FrontRequest, 'name' | 'labels' | 'server' | 'host'> {
  readonly owner: ContainerOwner;
  readonly network: Service['network'];
  /** Of everything that decides what its container holds. */
  readonly settingsHash: string;
}

/** Another one for other settings: the name is how they are told apart. */
export function serviceOf({ owner, network, settingsHash, ...front }: ServiceRequest): Service {
  const { home, manifestId, server } = owner;
  const hash = sha256(canonicalJson([home, manifestId, server, settingsHash, network, front])).slice(0, 16);
  const name = `cc-mcp-${server}-service-${hash}`;
  const labels = containerLabels(owner, { service: name });
  const alias = `service-${hash}`;
  return { name, labels, network, alias, front: { ...frontContainer({ ...front, name: `${name}-front`, labels, server, host: alias }), restart: 'unless-stopped' } };
}
