import { BaseCommand } from '../cli/base-command.ts';
import { serverNameArgument } from '../cli/flags/server-name-argument.ts';
import type { DisableResult } from '../servers/disable-server.ts';
import { disableView } from '../ui/enable.ts';

export default class Disable extends BaseCommand<DisableResult> {
  static override summary = 'Take a server out of Claude Code; it stays installed';
  static override usage = 'disable NAME';
  static override args = { name: serverNameArgument({ required: true }) };
  static override examples = ['cc-mcp disable postgres-mcp'];

  async run(): Promise<DisableResult> {
    const { args, flags } = await this.parse(Disable);
    const cases = await this.useCases(flags);
    const result = await cases.disable({ location: await this.locate(cases, flags), name: args.name }, this.signal);
    this.output.print(disableView(result, this.output.screen));
    return result;
  }
}
