import type { EngineAddress } from '../domain/container-engine.ts';

/** An address as a user would type it. */
export function addressText(address: EngineAddress): string {
  return address.kind === 'unix' ? `unix://${address.path}` : `tcp://${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
}
