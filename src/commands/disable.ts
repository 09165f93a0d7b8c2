import { BaseCommand } from '../cli/base-command.ts';
import { serverNameArgument } from '../cli/flags/server-name-argument.ts';
import { toggle } from '../cli/flags/toggle.ts';
import type { DisableResult } from '../servers/disable-server.ts';
import { disableView } from '../ui/enable.ts';

export default class Disable extends BaseCommand<DisableResult> {
  static override summary = 'Take a server out of Claude Code; it stays installed';
  static override usage = 'disable NAME [--restore]';
  static override args = { name: serverNameArgument({ required: true }) };
  static override flags = { restore: toggle({ summary: 'Uninstall it, and give back the external entry whose place it took' }) };
  static override examples = ['cc-mcp disable postgres-mcp', 'cc-mcp disable github --restore'];

  async run(): Promise<DisableResult> {
    const { args, flags } = await this.parse(Disable);
    const cases = await this.useCases(flags);
    const server = { location: await this.locate(cases, flags), name: args.name };
    const result = await (flags.restore ? cases.restore(server, this.signal) : cases.disable(server, this.signal));
    this.output.print(disableView(result, this.output.screen));
    return result;
  }
}
