import { custom } from '@oclif/core/args';
import { CcMcpError } from '../../domain/errors.ts';
import { parseServerName } from '../../domain/server-name.ts';
import type { ServerName } from '../../domain/server-name.ts';

/** NAME of a server. Never read from stdin, as oclif would: a script's loop reads its list from there. */
export const serverNameArgument = custom<ServerName>({
  description: 'name of a server in mcp.json',
  ignoreStdin: true,
  parse: async (input) => installedName(input),
});

/** It names what is there: another name cannot be chosen. */
function installedName(input: string): ServerName {
  try {
    return parseServerName(input);
  } catch (error) {
    if (!(error instanceof CcMcpError)) throw error;
    throw new CcMcpError(error.code, error.message, { suggestions: ['cc-mcp status   shows the names'], details: error.details, cause: error });
  }
}
