import { containerLabels } from './container-labels.ts';
import type { ContainerOwner } from './container-labels.ts';
import type { ContainerSpec, LocalhostLink, Mount } from './container-engine.ts';
import { canonicalJson, sha256 } from './fingerprint.ts';
import { GATEWAY_HOST } from './localhost-values.ts';
import { gatewayContainer } from './small-container.ts';

export interface LinkRequest {
  readonly ports: readonly number[];
  /** Has Node. */
  readonly image: string;
  /** The source of the gateway program, one file without dependencies. */
  readonly program: string;
  /** Its token is empty but for an operation that takes the link away itself. */
  readonly owner: ContainerOwner;
}

const FOLDER = '/run/cc-mcp';
const MEMORY = 64 * 1024 ** 2;
const HEAP_MEGABYTES = 24;

/** Another one for other ports, another image or another program: sessions that have the old one keep it. */
export function localhostLink({ ports, image, program, owner }: LinkRequest): LocalhostLink {
  const { home, manifestId, server, token } = owner;
  const name = `cc-mcp-${server}-localhost-${sha256(canonicalJson([home, manifestId, server, token, ports, image, program])).slice(0, 16)}`;
  const labels = containerLabels(owner, { link: name });
  const spec = (role: 'forwarder' | 'gateway', network: string, mount: Mount): ContainerSpec => gatewayContainer({
    name: `${name}-${role}`, labels, image, program, words: [role, FOLDER, ...ports.map(String)], mounts: [mount], network: { kind: 'named', name: network }, memoryBytes: MEMORY, heapMegabytes: HEAP_MEGABYTES,
  });
  const volume = { kind: 'volume', name, target: FOLDER } as const;
  return {
    name,
    labels,
    ports,
    forwarder: spec('forwarder', 'host', { ...volume, readOnly: false }),
    gateway: { ...spec('gateway', name, { ...volume, readOnly: true }), aliases: [GATEWAY_HOST] },
  };
}
