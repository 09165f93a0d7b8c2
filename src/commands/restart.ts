import { BaseCommand } from '../cli/base-command.ts';
import { serverNameArgument } from '../cli/flags/server-name-argument.ts';
import type { RestartResult } from '../servers/restart-server.ts';
import { restartView } from '../ui/start-stop.ts';

export default class Restart extends BaseCommand<RestartResult> {
  static override summary = 'End a server\'s containers, and put a new one on standby';
  static override usage = 'restart NAME';
  static override args = { name: serverNameArgument({ required: true }) };
  static override examples = ['cc-mcp restart postgres-mcp'];

  async run(): Promise<RestartResult> {
    const { args, flags } = await this.parse(Restart);
    const cases = await this.useCases(flags);
    const result = await cases.restart({ location: await this.locate(cases, flags), name: args.name }, this.signal);
    this.output.print(restartView(result, this.output.screen));
    return result;
  }
}
