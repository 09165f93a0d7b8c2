import { string } from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import { CcMcpError } from '../domain/errors.ts';

/** The help page of `run`. `bin` starts a session before oclif is loaded; only a call that names no server gets here. */
export default class Run extends Command {
  static override summary = 'What a client launches: MCP on stdio, the server in its container';
  static override description = 'Never builds, never pulls, never asks. enable writes it into Claude Code; other clients launch it the same way. stdout is MCP, so there is no --json.';
  static override usage = 'run NAME [--manifest PATH]';
  static override strict = false;
  static override args = { name: string({ description: 'name of a server in mcp.json', ignoreStdin: true }) };
  static override examples = ['cc-mcp run postgres-mcp', 'cc-mcp run postgres-mcp --manifest /home/me/project/mcp.json'];

  async run(): Promise<never> {
    throw new CcMcpError('USAGE', 'cc-mcp run needs the NAME of one server', { suggestions: ['cc-mcp run NAME', 'cc-mcp status'] });
  }
}
