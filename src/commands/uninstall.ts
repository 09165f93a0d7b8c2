import { BaseCommand } from '../cli/base-command.ts';
import { serverNameArgument } from '../cli/flags/server-name-argument.ts';
import { toggle } from '../cli/flags/toggle.ts';
import type { Leftovers, UseCases } from '../cli/use-cases.ts';
import { CcMcpError } from '../domain/errors.ts';
import type { UninstallAllResult } from '../servers/uninstall-all.ts';
import type { UninstallResult } from '../servers/uninstall-server.ts';
import { uninstallView } from '../ui/removed.ts';

export default class Uninstall extends BaseCommand<UninstallResult | UninstallAllResult> {
  static override summary = 'Take a server away again: containers, client entry, lock, images';
  static override description = 'What a server has stored stays, unless --purge is given.';
  static override usage = ['uninstall NAME [--purge] [--keep-images]', 'uninstall --all [--purge] [--keep-images]'];
  static override args = { name: serverNameArgument() };
  static override flags = {
    yes: toggle({ char: 'y', summary: 'Do not ask' }),
    all: toggle({ summary: 'Everything of this home; what clients had before comes back' }),
    purge: toggle({ summary: 'What the server has stored, too' }),
    'keep-images': toggle({ summary: 'Keep the images: the next install is quick' }),
  };
  static override examples = ['cc-mcp uninstall postgres-mcp', 'cc-mcp uninstall memory --purge', 'cc-mcp uninstall --all --yes'];

  async run(): Promise<UninstallResult | UninstallAllResult> {
    const { args: { name }, flags } = await this.parse(Uninstall);
    if ((name !== undefined) === flags.all) throw new CcMcpError('USAGE', 'Give the NAME of one server, or --all', { suggestions: ['cc-mcp status'] });
    const leftovers = { purge: flags.purge, keepImages: flags['keep-images'] };
    if (flags.all || flags.purge) await this.agree(name, leftovers, flags.yes);
    const cases = await this.useCases(flags, { yes: flags.yes });
    if (name === undefined) return this.removeAll(cases, leftovers);
    const result = await cases.uninstall({ location: await this.locate(cases, flags), name, ...leftovers }, this.signal);
    this.output.print(uninstallView(`Uninstalled ${result.server}`, result.manifest, result, this.output.screen));
    return result;
  }

  private async removeAll(cases: UseCases, leftovers: Leftovers): Promise<UninstallAllResult> {
    const result = await cases.uninstallAll(leftovers, this.signal);
    const names = result.servers.length === 0 ? 'No server was installed' : `Uninstalled ${result.servers.join(', ')}`;
    this.output.print(uninstallView(names, undefined, result, this.output.screen));
    return result;
  }

  private async agree(name: string | undefined, { purge }: Leftovers, yes: boolean): Promise<void> {
    const lines = [
      ...(name === undefined ? ['every server of this home, its client entries, and what cc-mcp put on this machine'] : []),
      ...(purge ? [`what ${name ?? 'these servers'} stored, for good`] : []),
    ];
    const agreed = await this.consent(yes).confirm({ lines, question: `Remove ${name ?? 'all of it'}?`, flag: '--yes' });
    if (!agreed) throw new CcMcpError('REFUSED', 'Nothing was removed');
  }
}
