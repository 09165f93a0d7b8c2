import { BaseCommand } from '../cli/base-command.ts';
import { serverNameArgument } from '../cli/flags/server-name-argument.ts';
import type { StatusReport } from '../servers/status-report.ts';
import { statusView } from '../ui/status.ts';

export default class Status extends BaseCommand<StatusReport> {
  static override summary = 'Show the servers: state, sessions, CPU, memory, problems';
  static override usage = 'status [NAME]';
  static override args = { name: serverNameArgument() };
  static override examples = ['cc-mcp status', 'cc-mcp status postgres-mcp', 'cc-mcp status --json'];

  async run(): Promise<StatusReport> {
    const { args, flags } = await this.parse(Status);
    const cases = await this.useCases(flags);
    const report = await cases.status({ location: await this.locate(cases, flags), ...(args.name === undefined ? {} : { name: args.name }) }, this.signal);
    this.output.print(statusView(report, this.output.screen));
    return report;
  }
}
