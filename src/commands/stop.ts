import { BaseCommand } from '../cli/base-command.ts';
import { serverNameArgument } from '../cli/flags/server-name-argument.ts';
import type { StopResult } from '../servers/stop-server.ts';
import { stopView } from '../ui/start-stop.ts';

export default class Stop extends BaseCommand<StopResult> {
  static override summary = 'End a server\'s containers; the next client starts it again';
  static override usage = 'stop NAME';
  static override args = { name: serverNameArgument({ required: true }) };
  static override examples = ['cc-mcp stop postgres-mcp'];

  async run(): Promise<StopResult> {
    const { args, flags } = await this.parse(Stop);
    const cases = await this.useCases(flags);
    const result = await cases.stop({ location: await this.locate(cases, flags), name: args.name }, this.signal);
    this.output.print(stopView(result, this.output.screen));
    return result;
  }
}
