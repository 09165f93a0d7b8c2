import { BaseCommand } from '../cli/base-command.ts';
import type { Overview } from '../servers/overview.ts';
import { overviewView } from '../ui/overview.ts';

/** `cc-mcp` alone. */
export default class OverviewCommand extends BaseCommand<Overview> {
  static override summary = 'What is installed, and what to type next';
  static override hidden = true;

  async run(): Promise<Overview> {
    const { flags } = await this.parse(OverviewCommand);
    const cases = await this.useCases(flags);
    const result = await cases.overview({ location: await this.locate(cases, flags) }, this.signal);
    this.output.print(overviewView(result, this.output.screen));
    return result;
  }
}
