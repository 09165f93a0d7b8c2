import { BaseCommand } from '../cli/base-command.ts';
import { serverNameArgument } from '../cli/flags/server-name-argument.ts';
import { toggle } from '../cli/flags/toggle.ts';
import type { ApproveResult } from '../servers/approve-server.ts';
import { approveView } from '../ui/enable.ts';

export default class Approve extends BaseCommand<ApproveResult> {
  static override summary = 'See what a manifest asks for a server, and agree to it';
  static override description = 'A project\'s mcp.json is somebody\'s request: nothing of it runs until you agree. After an edit that grants more, this shows the difference and asks again.';
  static override usage = 'approve NAME';
  static override args = { name: serverNameArgument({ required: true }) };
  static override flags = { yes: toggle({ char: 'y', summary: 'Agree without being asked' }) };
  static override examples = ['cc-mcp approve postgres-mcp'];

  async run(): Promise<ApproveResult> {
    const { args, flags } = await this.parse(Approve);
    const cases = await this.useCases(flags, { yes: flags.yes });
    const result = await cases.approve({ location: await this.locate(cases, flags), name: args.name }, this.signal);
    this.output.print(approveView(result, this.output.screen));
    return result;
  }
}
