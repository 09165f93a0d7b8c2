import { BaseCommand } from '../cli/base-command.ts';
import { toggle } from '../cli/flags/toggle.ts';
import { CcMcpError } from '../domain/errors.ts';
import type { PruneResult } from '../servers/prune.ts';
import { pruneLines, pruneView } from '../ui/prune.ts';

export default class Prune extends BaseCommand<PruneResult> {
  static override summary = 'Remove what cc-mcp put on the engine and nothing uses';
  static override usage = 'prune [--dry-run] [--yes]';
  static override flags = {
    yes: toggle({ char: 'y', summary: 'Do not ask' }),
    'dry-run': toggle({ summary: 'Show what would go' }),
  };
  static override examples = ['cc-mcp prune --dry-run', 'cc-mcp prune --yes'];

  async run(): Promise<PruneResult> {
    const { flags } = await this.parse(Prune);
    const cases = await this.useCases(flags, { yes: flags.yes });
    const plan = await cases.prune({ dryRun: true }, this.signal);
    const lines = pruneLines(plan.removed);
    const act = lines.length > 0 && !flags['dry-run'];
    if (act && !(await this.consent(flags.yes).confirm({ lines, question: 'Remove all of this?', flag: '--yes' }))) {
      throw new CcMcpError('REFUSED', 'Nothing was removed');
    }
    const result = act ? await cases.prune({ dryRun: false }, this.signal) : { ...plan, dryRun: flags['dry-run'] };
    this.output.print(pruneView(result, this.output.screen));
    return result;
  }
}
