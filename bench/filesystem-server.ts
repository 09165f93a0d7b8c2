import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PACKAGE = '@modelcontextprotocol/server-filesystem@2026.8.31';

/** A folder with the filesystem server installed by npm, kept for the next time; the same files run on the host and in the container. */
export function filesystemServer(): string {
  const folder = join(tmpdir(), 'cc-mcp-bench-filesystem');
  const entry = join(folder, 'node_modules/@modelcontextprotocol/server-filesystem/dist/index.js');
  if (!existsSync(entry)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', PACKAGE], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  }
  return folder;
}

export const ENTRY = 'node_modules/@modelcontextprotocol/server-filesystem/dist/index.js';
