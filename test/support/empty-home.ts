import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cc } from './installed-cli.ts';
import type { CliInvocation, CliRun } from './installed-cli.ts';

/** A user without anything, on a machine whose engine is away: for what must work before there is one. */
export interface EmptyHome extends AsyncDisposable {
  readonly home: string;
  cc(args: readonly string[], invocation?: Omit<CliInvocation, 'home'>): Promise<CliRun>;
}

export const NO_ENGINE = { CC_MCP_ENGINE: 'unix:///nonexistent/cc-mcp-engine.sock' } as const;

export async function emptyHome(): Promise<EmptyHome> {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'cc-mcp-empty-')));
  return {
    home,
    cc: (args, { env = {}, ...invocation } = {}) => cc(args, { home, ...invocation, env: { ...NO_ENGINE, ...env } }),
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }),
  };
}
