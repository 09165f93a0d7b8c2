import { CcMcpError } from '../../domain/errors.ts';
import type { GlobalFlags } from '../global-flags.ts';
import type { ScopeFlags } from './requested.ts';

/** What `install` takes without a REFERENCE. */
export interface FromLockFlags extends GlobalFlags, ScopeFlags {
  readonly yes: boolean;
  readonly test: boolean;
  readonly enable: boolean;
  readonly frozen: boolean;
  readonly 'dry-run': boolean;
  readonly 'allow-scripts': boolean;
}

const ALLOWED = new Set(['yes', 'test', 'enable', 'frozen', 'dry-run', 'allow-scripts', 'global', 'project', 'manifest', 'engine', 'json']);

/** What says something of one server does not fit to all of them: their settings stand in mcp.json. */
export function refuseReferenceFlags(flags: Readonly<Record<string, unknown>>, serverArguments: readonly string[]): void {
  const given = Object.keys(flags).filter((name) => !ALLOWED.has(name) && flags[name] !== undefined && flags[name] !== false).map((name) => `--${name}`);
  const [first] = [...given, ...(serverArguments.length > 0 ? ['--'] : [])];
  if (first === undefined) return;
  throw new CcMcpError('USAGE', `${first} goes with a REFERENCE; without one everything in mcp.json is installed as it stands there`, { suggestions: [`cc-mcp install REFERENCE ${first}`, 'cc-mcp install'] });
}
