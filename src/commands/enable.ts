import { BaseCommand } from '../cli/base-command.ts';
import { serverNameArgument } from '../cli/flags/server-name-argument.ts';
import type { EnableResult } from '../servers/enable-server.ts';
import { enableView } from '../ui/enable.ts';

export default class Enable extends BaseCommand<EnableResult> {
  static override summary = 'Put a server on standby and into Claude Code';
  static override usage = 'enable NAME';
  static override args = { name: serverNameArgument({ required: true }) };
  static override examples = ['cc-mcp enable postgres-mcp'];

  async run(): Promise<EnableResult> {
    const { args, flags } = await this.parse(Enable);
    const cases = await this.useCases(flags);
    const result = await cases.enable({ location: await this.locate(cases, flags), name: args.name }, this.signal);
    this.output.print(enableView(result, this.output.screen));
    return result;
  }
}
