import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** `CC_MCP_HOME`, else `~/.cc-mcp`. */
export function homeFolder(environment: Readonly<Record<string, string | undefined>>): string {
  return resolve(environment['CC_MCP_HOME'] || join(environment['HOME'] || homedir(), '.cc-mcp'));
}
