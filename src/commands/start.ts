import { BaseCommand } from '../cli/base-command.ts';
import { serverNameArgument } from '../cli/flags/server-name-argument.ts';
import type { StartResult } from '../servers/start-server.ts';
import { startView } from '../ui/start-stop.ts';

export default class Start extends BaseCommand<StartResult> {
  static override summary = 'Put an enabled server on standby; no client\'s file changes';
  static override usage = 'start NAME';
  static override args = { name: serverNameArgument({ required: true }) };
  static override examples = ['cc-mcp start postgres-mcp'];

  async run(): Promise<StartResult> {
    const { args, flags } = await this.parse(Start);
    const cases = await this.useCases(flags);
    const result = await cases.start({ location: await this.locate(cases, flags), name: args.name }, this.signal);
    this.output.print(startView(result, this.output.screen));
    return result;
  }
}
