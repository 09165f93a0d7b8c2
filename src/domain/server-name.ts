import { CcMcpError } from './errors.ts';

/** Name of a server in a manifest: it becomes a path, a label, a tag and a key of client files. */
export type ServerName = string & { readonly __brand: 'ServerName' };

const PATTERN = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;
/** Names that Claude Code keeps for itself (clients.md). */
const RESERVED = new Set(['workspace', 'claude-in-chrome', 'computer-use']);

export function parseServerName(input: string): ServerName {
  if (!PATTERN.test(input)) {
    throw new CcMcpError('INVALID_NAME', `"${input}" is not a server name: use 1 to 63 letters, digits, "-" and "_", first a letter or digit`, {
      suggestions: ['Choose another with --name NAME'],
    });
  }
  if (RESERVED.has(input)) {
    throw new CcMcpError('INVALID_NAME', `"${input}" is reserved by Claude Code`, { suggestions: ['Choose another with --name NAME'] });
  }
  return input as ServerName;
}

/** A server name made from the last part of a package name, or undefined when nothing usable is left. */
export function serverNameFrom(packageName: string): ServerName | undefined {
  const last = packageName.split('/').at(-1) ?? '';
  const cleaned = last.replaceAll(/[^A-Za-z0-9_-]+/g, '-').replaceAll(/^[-_]+|-+$/g, '').slice(0, 63);
  return PATTERN.test(cleaned) && !RESERVED.has(cleaned) ? (cleaned as ServerName) : undefined;
}
