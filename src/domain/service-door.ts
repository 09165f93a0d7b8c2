import type { ByteChannel } from './byte-channel.ts';
import type { ServiceTransport } from './service.ts';

/** The way to a service from this machine: its front, and what that asks for. */
export interface ServiceDoor {
  /** Of this machine's loopback. */
  readonly port: number;
  readonly path: string;
  readonly transport: ServiceTransport;
  /** A secret. */
  readonly token: string;
}

/** What is behind a door: nobody; a front alone; or one whose server listens. */
export type DoorState = 'nobody' | 'front' | 'server';

/** A client's lines on their way to a service and back. What fails on the way is answered with an error, so that a call never waits for nothing. */
export interface ServiceChannel extends ByteChannel {
  /** Resolves when every request that was written is answered. */
  settled(): Promise<void>;
}

export interface ServiceDoors {
  state(door: ServiceDoor): Promise<DoorState>;
  /** `explain` says in one line why a call failed on the way. */
  connect(door: ServiceDoor, explain: () => Promise<string>): ServiceChannel;
  /** Whether MCP is spoken at its path, as far as a first request can tell. */
  probe(door: ServiceDoor, signal?: AbortSignal): Promise<'yes' | 'no' | 'no-answer'>;
}

/** Where the front answers whether its server does. No server's own path begins like it. */
export const HEALTH_PATH = '/.cc-mcp/health';
