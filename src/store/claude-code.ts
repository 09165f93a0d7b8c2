import { join } from 'node:path';
import { canonicalJson } from '../domain/fingerprint.ts';
import type { ManifestLocation } from '../domain/manifest.ts';
import type { ServiceEntry } from '../domain/stores.ts';

/* Claude Code's own file: servers of the user at its top, those of one folder («local» scope) under `projects`. */

export function claudeCodeFile(environment: Readonly<Record<string, string | undefined>>, homeFolder: string): string {
  const folder = environment['CLAUDE_CONFIG_DIR'];
  return join(folder === undefined || folder === '' ? homeFolder : folder, '.claude.json');
}

export function claudeCodePath({ scope, folder }: Pick<ManifestLocation, 'scope' | 'folder'>, name: string): readonly string[] {
  return scope === 'global' ? ['mcpServers', name] : ['projects', folder, 'mcpServers', name];
}

/** Claude Code starts servers with few variables and from any folder: every path is absolute. */
export function claudeCodeEntry(launcher: string, manifestPath: string, name: string): object {
  return { type: 'stdio', command: launcher, args: ['run', name, '--manifest', manifestPath], env: {} };
}

/** It asks a service itself; the token is the user's own, in a file for this user alone. */
export function claudeCodeServiceEntry({ url, token }: ServiceEntry): object {
  return { type: 'http', url, headers: { Authorization: `Bearer ${token}` } };
}

const OWN_BEARER = /^Bearer (cc-mcp-[0-9a-f]{48})$/;

/** Exactly as we write it; whatever manifest it names, it is this launcher's server of this name. */
export function isClaudeCodeEntry(value: unknown, launcher: string, name: string): boolean {
  if (isServiceEntry(value)) return true;
  const manifest: unknown = typeof value === 'object' && value !== null && 'args' in value && Array.isArray(value.args) ? value.args[3] : undefined;
  return typeof manifest === 'string' && canonicalJson(value) === canonicalJson(claudeCodeEntry(launcher, manifest, name));
}

/** Nobody else's token looks like ours. */
function isServiceEntry(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('url' in value) || typeof value.url !== 'string' || !('headers' in value)) return false;
  const { headers, url } = value;
  const bearer = typeof headers === 'object' && headers !== null && 'Authorization' in headers ? headers.Authorization : undefined;
  const token = typeof bearer === 'string' ? OWN_BEARER.exec(bearer)?.[1] : undefined;
  return token !== undefined && /^http:\/\/127\.0\.0\.1:\d+\//.test(url) && canonicalJson(value) === canonicalJson(claudeCodeServiceEntry({ url, token }));
}
