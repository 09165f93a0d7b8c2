import type { ContainerSpec } from './container-engine.ts';
import { TMPFS } from './tmpfs.ts';

type Given = Omit<ContainerSpec, 'extraHosts' | 'readOnlyRoot' | 'capAdd' | 'securityOptions' | 'stdin' | 'logDriver'>;

/** A container beside a server's, under the same profile: nothing is added to it, and nobody speaks to its stdin. */
export function smallContainer(given: Given): ContainerSpec {
  return { extraHosts: [], readOnlyRoot: true, capAdd: [], securityOptions: [], stdin: false, logDriver: 'none', ...given };
}

/** What runs our gateway program. */
export interface GatewayContainer extends Pick<Given, 'name' | 'labels' | 'mounts' | 'network'> {
  /** Has Node. */
  readonly image: string;
  /** The program's source: one file without dependencies. */
  readonly program: string;
  /** Its role and what belongs to that. */
  readonly words: readonly string[];
  readonly memoryBytes: number;
  readonly heapMegabytes: number;
}

const GATEWAY_USER = '10001:10001';
const NANO_CPUS = 1e9;
const PIDS = 32;

export function gatewayContainer({ program, words, heapMegabytes, ...rest }: GatewayContainer): ContainerSpec {
  return smallContainer({
    ...rest,
    entrypoint: ['node'],
    command: [`--max-old-space-size=${heapMegabytes}`, '--eval', program, '--', ...words],
    environment: { HOME: '/tmp' },
    user: GATEWAY_USER,
    workingDirectory: '/tmp',
    tmpfs: TMPFS,
    nanoCpus: NANO_CPUS,
    pids: PIDS,
  });
}
