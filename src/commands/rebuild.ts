import { BaseCommand } from '../cli/base-command.ts';
import { serverNameArgument } from '../cli/flags/server-name-argument.ts';
import { toggle } from '../cli/flags/toggle.ts';
import type { RebuildResult } from '../servers/install/rebuild-server.ts';
import { rebuildView } from '../ui/rebuild.ts';

export default class Rebuild extends BaseCommand<RebuildResult> {
  static override summary = 'Build a server again: a folder as it is now, the rest as locked';
  static override usage = 'rebuild NAME [--test]';
  static override args = { name: serverNameArgument({ required: true }) };
  static override flags = { test: toggle({ summary: 'Run the full gate: the package\'s own tests and security, too' }) };
  static override examples = ['cc-mcp rebuild my-server', 'cc-mcp rebuild my-server --test'];

  async run(): Promise<RebuildResult> {
    const { args, flags } = await this.parse(Rebuild);
    const cases = await this.useCases(flags);
    const result = await cases.rebuild({ location: await this.locate(cases, flags), name: args.name, test: flags.test }, this.signal);
    this.output.print(rebuildView(result, this.output.screen));
    return result;
  }
}
