import { readdirSync, rmdirSync, rmSync } from 'node:fs';
import { diskError, unless } from './file-errors.ts';
import { takeSnapshot } from './file-snapshot.ts';
import type { Home } from './home.ts';
import { isFault, readJson, valueOf } from './json-document.ts';

/** What cc-mcp makes in its home. Anything else in that folder is not ours to remove: CC_MCP_HOME can name any folder. */
const OURS = new Set(['state.json', 'approvals.json', 'clients.json', 'mcp.lock.json', 'mcp.lock.d', 'bin', 'run', 'logs', 'secrets', 'sources', 'marketplaces', 'cache']);
const LEFTOVER = /^(?:(?:state|approvals|clients|config)\.json\.corrupt-.+|\.cc-mcp\..+\.tmp|\..+\.cc-mcp-lock(?:\.[0-9a-f]+)*)$/;

/** Takes the home away; gives the paths of what stays: a config.json, a manifest with entries, what somebody else put there. */
export function removeHome(home: Home): readonly string[] {
  if (!home.exists()) return [];
  for (const name of readdirSync(home.folder)) {
    if (OURS.has(name) || LEFTOVER.test(name) || (name === 'mcp.json' && isEmptyManifest(home.path(name)))) remove(home.path(name));
  }
  const kept = readdirSync(home.folder).map((name) => home.path(name));
  if (kept.length === 0) unless(['ENOENT', 'ENOTEMPTY', 'EEXIST'], () => rmdirSync(home.folder));
  return kept;
}

function isEmptyManifest(path: string): boolean {
  const { content } = takeSnapshot(path);
  const document = content === undefined ? undefined : readJson(content.bytes);
  if (document === undefined || isFault(document)) return false;
  return ['{}', '{"mcpServers":{}}'].includes(JSON.stringify(valueOf(document.root)));
}

function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (error) {
    throw diskError('write', path, error);
  }
}
