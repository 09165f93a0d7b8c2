import { CcMcpError } from '../../domain/errors.ts';

const ALLOWED = new Set(['mode', 'manifest', 'engine', 'json', 'yes']);

/** What says how a server is installed goes with the move into a container. */
export function refuseMigrationFlags(flags: Readonly<Record<string, unknown>>, serverArguments: readonly string[]): void {
  const given = Object.keys(flags).filter((name) => !ALLOWED.has(name) && flags[name] !== undefined && flags[name] !== false).map((name) => `--${name}`);
  const [first] = [...given, ...(serverArguments.length > 0 ? ['--'] : [])];
  if (first !== undefined) throw new CcMcpError('USAGE', `${first} goes with --mode docker, which moves an external entry into a container`, { suggestions: ['cc-mcp install REFERENCE changes a server that is installed'] });
}
