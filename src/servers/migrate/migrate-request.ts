import type { InstallRequest, InstallResult } from '../install/install-request.ts';

/** What flags give beside what the entry says; a flag wins. */
export type MigrateRequest = Omit<InstallRequest, 'reference' | 'name' | 'enable' | 'replaces'> & { readonly name: string };

export interface MigrateResult {
  readonly outcome: 'migrated' | 'planned';
  readonly server: string;
  readonly manifest: string;
  /** Where the entry stands that it took the place of, and that `disable --restore` gives back. */
  readonly entry: 'manifest' | 'client';
  readonly install: InstallResult;
}
