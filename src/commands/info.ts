import { string } from '@oclif/core/args';
import { BaseCommand } from '../cli/base-command.ts';
import type { InfoResult } from '../cli/results.ts';
import { packageInfoView } from '../ui/package-info.ts';

export default class Info extends BaseCommand<InfoResult> {
  static override summary = 'Show one package: source, permissions, configuration, tests';
  static override usage = 'info PACKAGE';
  static override args = { package: string({ description: 'name as search shows it', required: true, ignoreStdin: true }) };
  static override examples = ['cc-mcp info postgres-mcp'];

  async run(): Promise<InfoResult> {
    const { args, flags } = await this.parse(Info);
    const cases = await this.useCases(flags);
    const result = await cases.info(args.package, this.signal);
    this.output.print(packageInfoView(result.package, this.output.screen));
    return result;
  }
}
