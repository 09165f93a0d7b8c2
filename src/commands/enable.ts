import { string } from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { takeAllowedHosts } from '../cli/flags/allowed-hosts.ts';
import { givenValues } from '../cli/flags/given-values.ts';
import { refuseMigrationFlags } from '../cli/flags/migration-flags.ts';
import { REQUEST_FLAGS } from '../cli/flags/request-flags.ts';
import { allowedValues, requested } from '../cli/flags/requested.ts';
import type { RequestFlags } from '../cli/flags/requested.ts';
import { serverNameArgument } from '../cli/flags/server-name-argument.ts';
import { splitAtDoubleDash } from '../cli/flags/switch-values.ts';
import { toggle } from '../cli/flags/toggle.ts';
import type { ValueFlags } from '../cli/flags/given-values.ts';
import type { GlobalFlags } from '../cli/global-flags.ts';
import type { DisableResult } from '../servers/disable-server.ts';
import type { EnableResult } from '../servers/enable-server.ts';
import type { MigrateResult } from '../servers/migrate/migrate-request.ts';
import { disableView, enableView } from '../ui/enable.ts';
import { migrateView } from '../ui/migrate.ts';

interface MigrationFlags extends GlobalFlags, RequestFlags, ValueFlags {
  readonly yes: boolean;
  readonly test: boolean;
  readonly 'dry-run': boolean;
}

export default class Enable extends BaseCommand<EnableResult | MigrateResult | DisableResult> {
  static override summary = 'Put a server on standby and into Claude Code';
  static override description = 'With --mode docker an external entry (npx, uvx) is installed in a container and takes its own place: name, arguments and variables stay, and what it may reach is asked for. --mode external gives the old entry back, as disable --restore does.';
  static override usage = ['enable NAME', 'enable NAME --mode docker [FLAGS] [-- ARGUMENTS...]'];
  static override args = { name: serverNameArgument({ required: true }) };
  static override flags = {
    mode: string({ summary: 'docker moves an external entry into a container, external gives it back', options: ['docker', 'external'], helpValue: 'MODE' }),
    yes: toggle({ char: 'y', summary: 'Accept what the plan shows' }),
    test: toggle({ summary: 'Run the full gate before it takes the entry\'s place' }),
    'dry-run': toggle({ summary: 'Show the plan and change nothing' }),
    ...REQUEST_FLAGS,
  };
  static override examples = ['cc-mcp enable postgres-mcp', 'cc-mcp enable github --mode docker --allow-net', 'cc-mcp enable files --mode docker --allow-write ~/notes'];

  async run(): Promise<EnableResult | MigrateResult | DisableResult> {
    const { own, rest } = splitAtDoubleDash(this.argv);
    const { words, hosts } = takeAllowedHosts(own, Enable.flags);
    const { args: { name }, flags } = await this.parse(Enable, words);
    if (flags.mode === 'docker') return this.#migrate(name, flags, rest, hosts);
    refuseMigrationFlags({ ...flags, 'allow-net': flags['allow-net'] || hosts.length > 0 }, rest);
    const cases = await this.useCases(flags);
    const server = { location: await this.locate(cases, flags), name };
    if (flags.mode === 'external') {
      const restored = await cases.restore(server, this.signal);
      this.output.print(disableView(restored, this.output.screen));
      return restored;
    }
    const result = await cases.enable(server, this.signal);
    this.output.print(enableView(result, this.output.screen));
    return result;
  }

  async #migrate(name: string, flags: MigrationFlags, serverArguments: readonly string[], hosts: readonly string[]): Promise<MigrateResult> {
    const values = await givenValues(flags, this.workingFolder, this.environment);
    this.output.hide([...values, ...allowedValues(flags)], this.environment, [name]);
    const cases = await this.useCases(flags, { yes: flags.yes });
    const result = await cases.migrate({
      ...requested(flags, values, serverArguments, hosts), name, location: await this.locate(cases, flags), workingFolder: this.workingFolder, test: flags.test, dryRun: flags['dry-run'],
    }, this.signal);
    this.output.print(migrateView(result, this.output.screen));
    return result;
  }
}
