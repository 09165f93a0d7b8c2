import { custom } from '@oclif/core/args';
import { parseServerName } from '../../domain/server-name.ts';
import type { ServerName } from '../../domain/server-name.ts';

/** NAME of a server. Never read from stdin, as oclif would: a script's loop reads its list from there. */
export const serverNameArgument = custom<ServerName>({
  description: 'name of a server in mcp.json',
  ignoreStdin: true,
  parse: async (input) => parseServerName(input),
});
