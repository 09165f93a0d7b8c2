import type { EngineAddress } from '../../domain/container-engine.ts';

/** All that discovery looks at of this machine and its user. */
export interface Surroundings {
  /** `--engine`. */
  readonly option: string | undefined;
  /** `engine` of config.json. */
  readonly configured: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: 'linux' | 'darwin';
  readonly uid: number;
  readonly homeFolder: string;
}

export interface Place {
  /** What `doctor` calls it. */
  readonly name: string;
  readonly address: EngineAddress;
}

/** What a strategy has to offer: a choice of the user's, which wins or fails; places to look at; or nothing, and why. */
export type Offer =
  | { readonly kind: 'choice'; readonly address: EngineAddress }
  | { readonly kind: 'places'; readonly places: readonly Place[] }
  | { readonly kind: 'nothing'; readonly reason: string };

/** One way to find an engine. Throws for a choice that cannot be followed: it is never skipped over. */
export interface EngineStrategy {
  readonly name: string;
  offer(surroundings: Surroundings): Promise<Offer>;
}
