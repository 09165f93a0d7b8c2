import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { HostFacts } from '../domain/host.ts';
import { CcMcpError } from '../domain/errors.ts';

/** This machine and this user, as the rules of `domain` want them told. */
export function hostFacts(environment: Readonly<Record<string, string | undefined>>): HostFacts {
  const homeFolder = environment['HOME'] ?? homedir();
  if (homeFolder === '' || !homeFolder.startsWith('/')) {
    throw new CcMcpError('INVALID_VALUE', 'HOME is not set to an absolute folder', { suggestions: ['export HOME=/home/you, or CC_MCP_HOME=/a/folder'] });
  }
  const asked = environment['CC_MCP_HOME'];
  return {
    homeFolder,
    ccMcpHome: asked === undefined || asked === '' ? join(homeFolder, '.cc-mcp') : resolve(asked),
    uid: process.getuid?.() ?? 0,
    gid: process.getgid?.() ?? 0,
    platform: process.platform === 'darwin' ? 'darwin' : 'linux',
  };
}
