import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { diskError, unless } from './file-errors.ts';
import { takeSnapshot } from './file-snapshot.ts';
import { isFault, readJson, valueOf } from './json-document.ts';

/** What cc-mcp makes in its home. Anything else there is not ours to remove: CC_MCP_HOME can name any folder. */
const OURS = new Set(['state.json', 'approvals.json', 'created.json', 'mcp.lock.json', 'mcp.lock.d', 'bin', 'run', 'logs', 'secrets', 'sources', 'marketplaces', 'cache']);
const LEFTOVER = /^(?:(?:state|approvals|created|config)\.json\.corrupt-.+|\.cc-mcp\..+\.tmp|\..+\.cc-mcp-lock(?:\.[0-9a-f]+)*)$/;

/** Takes `~/.cc-mcp` away; gives the paths of what stays: a config.json, a manifest that has entries, what somebody else put there. */
export function removeHome(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  for (const name of readdirSync(folder)) {
    if (OURS.has(name) || LEFTOVER.test(name) || (name === 'mcp.json' && isEmptyManifest(join(folder, name)))) remove(join(folder, name));
  }
  const kept = readdirSync(folder).map((name) => join(folder, name));
  if (kept.length === 0) unless(['ENOENT', 'ENOTEMPTY', 'EEXIST'], () => rmdirSync(folder));
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
