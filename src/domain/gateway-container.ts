import type { ContainerSpec, Labels, Mount, NetworkMode } from './container-engine.ts';
import { TMPFS } from './tmpfs.ts';

export interface GatewayContainer {
  readonly name: string;
  /** Has Node. */
  readonly image: string;
  /** The source of the gateway program, one file without dependencies. */
  readonly program: string;
  /** Its role, and what that wants to know. */
  readonly arguments: readonly string[];
  readonly labels: Labels;
  readonly network: NetworkMode;
  readonly mounts?: readonly Mount[];
}

const USER = '10001:10001';
const MEMORY = 64 * 1024 ** 2;
const HEAP_MEGABYTES = 24;
const NANO_CPUS = 1e9;
const PIDS = 32;

/** A small container of ours that runs the gateway program: under the profile of every server, and with no more than its role needs. */
export function gatewayContainer({ name, image, program, arguments: given, labels, network, mounts = [] }: GatewayContainer): ContainerSpec {
  return {
    name,
    image,
    entrypoint: ['node'],
    command: [`--max-old-space-size=${HEAP_MEGABYTES}`, '--eval', program, '--', ...given],
    environment: { HOME: '/tmp' },
    labels,
    user: USER,
    workingDirectory: '/tmp',
    mounts,
    tmpfs: TMPFS,
    network,
    extraHosts: [],
    memoryBytes: MEMORY,
    nanoCpus: NANO_CPUS,
    pids: PIDS,
    readOnlyRoot: true,
    capAdd: [],
    securityOptions: [],
    stdin: false,
    logDriver: 'none',
  };
}
