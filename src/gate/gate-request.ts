import type { ContainerSpec } from '../domain/container-engine.ts';
import type { MarketplacePackage } from '../domain/package.ts';
import type { ServiceAccess } from './gate-service.ts';
import type { OtherServer } from './poisoning/find-poisoning.ts';

/** What is to be proven: a server's final settings, and what its package says of how to test it. */
export interface GateRequest {
  /** The server's name, for words. */
  readonly name: string;
  /** The final settings, with a throw-away name and token. Declared secrets are already replaced by examples. */
  readonly spec: ContainerSpec;
  /** Of a server that listens: how it is reached. */
  readonly service?: ServiceAccess;
  /** Folders inside the container that a client would announce. */
  readonly roots: readonly string[];
  /** Calls, companion and security too; without it only connection, capabilities and shutdown. */
  readonly full: boolean;
  /** The memory limit as the user writes it, `512m`. */
  readonly memory: string;
  /** Values that may stand in no reason and no log line. */
  readonly secrets: readonly string[];
  /** What an index says of it. */
  readonly package?: Pick<MarketplacePackage, 'tests' | 'configuration' | 'pathsAsArguments'>;
  /** Servers that the same clients have; none where nobody knows. */
  readonly others?: readonly OtherServer[];
  /** A local reference for the companion's canonical image. */
  readonly companionImage?: string;
  /** What runs our name server on this engine, so that the hosts are seen that it asks for. A text: why there is none. */
  readonly gateway: { readonly image: string; readonly program: string } | string;
  /** What it may reach, and what its package asks for; absent where no index names one. */
  readonly reach: { readonly granted: GrantedReach; readonly asked?: MarketplacePackage['permissions']['net'] };
}

/** `network`: one of the engine's, whose names nobody here knows. */
export type GrantedReach = 'nothing' | 'everything' | 'network';

/** Seconds that each step may take. */
export interface GateTimeLimits {
  readonly companion: number;
  readonly connection: number;
  readonly capabilities: number;
  readonly inspection: number;
  readonly scan: number;
  /** For each: its start and its calls, where the hosts are watched that it asks for. */
  readonly network: number;
  readonly shutdown: number;
  /** For the question whether a server of the older era speaks the newer one too, when everything else is done. */
  readonly era: number;
}

export const GATE_TIME_LIMITS: GateTimeLimits = { companion: 60, connection: 30, capabilities: 30, inspection: 10, scan: 300, network: 10, shutdown: 2, era: 10 };
