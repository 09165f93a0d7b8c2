import { containerLabels } from './container-labels.ts';
import type { ContainerOwner } from './container-labels.ts';
import type { ContainerSpec, LocalhostLink, Mount } from './container-engine.ts';
import { canonicalJson, sha256 } from './fingerprint.ts';
import { GATEWAY_HOST } from './localhost-values.ts';
import { TMPFS } from './tmpfs.ts';

export interface LinkRequest {
  readonly ports: readonly number[];
  /** Has Node. */
  readonly image: string;
  /** The source of the gateway program, one file without dependencies. */
  readonly program: string;
  /** Its token is empty but for an operation that takes the link away itself. */
  readonly owner: ContainerOwner;
}

const USER = '10001:10001';
const FOLDER = '/run/cc-mcp';
const MEMORY = 64 * 1024 ** 2;
const HEAP_MEGABYTES = 24;
const NANO_CPUS = 1e9;
const PIDS = 32;

/** Another one for other ports, another image or another program: sessions that have the old one keep it. */
export function localhostLink({ ports, image, program, owner }: LinkRequest): LocalhostLink {
  const { home, manifestId, server, token } = owner;
  const name = `cc-mcp-${server}-localhost-${sha256(canonicalJson([home, manifestId, server, token, ports, image, program])).slice(0, 16)}`;
  const labels = containerLabels(owner, name);
  const spec = (role: 'forwarder' | 'gateway', network: string, mount: Mount): ContainerSpec => ({
    name: `${name}-${role}`,
    image,
    entrypoint: ['node'],
    command: [`--max-old-space-size=${HEAP_MEGABYTES}`, '--eval', program, '--', role, FOLDER, ...ports.map(String)],
    environment: { HOME: '/tmp' },
    labels,
    user: USER,
    workingDirectory: '/tmp',
    mounts: [mount],
    tmpfs: TMPFS,
    network: { kind: 'named', name: network },
    extraHosts: [],
    memoryBytes: MEMORY,
    nanoCpus: NANO_CPUS,
    pids: PIDS,
    readOnlyRoot: true,
    capAdd: [],
    securityOptions: [],
    stdin: false,
    logDriver: 'none',
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
