import { string } from '@oclif/core/args';
import { custom as customFlag } from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { takeAllowedHosts } from '../cli/flags/allowed-hosts.ts';
import { givenValues } from '../cli/flags/given-values.ts';
import { REQUEST_FLAGS } from '../cli/flags/request-flags.ts';
import { allowedValues, requested } from '../cli/flags/requested.ts';
import { splitAtDoubleDash } from '../cli/flags/switch-values.ts';
import { refuseReferenceFlags } from '../cli/flags/reference-flags.ts';
import type { FromLockFlags } from '../cli/flags/reference-flags.ts';
import { toggle } from '../cli/flags/toggle.ts';
import { CcMcpError, EXIT } from '../domain/errors.ts';
import { parseServerName } from '../domain/server-name.ts';
import type { ServerName } from '../domain/server-name.ts';
import type { InstallResult } from '../servers/install/install-request.ts';
import type { LockedInstallResult } from '../servers/install/locked-install-request.ts';
import { installResultView } from '../ui/install-result.ts';
import { lockedResultView } from '../ui/locked-result.ts';

const serverName = customFlag<ServerName>({ parse: async (input) => parseServerName(input) });

export default class Install extends BaseCommand<InstallResult | LockedInstallResult> {
  static override summary = 'Build a server, prove it, lock it, and write mcp.json';
  static override description = 'What a package does not declare it does not get: it starts with no network, no files and no variables but those that a permission flag grants. --yes accepts what the plan shows. Of a server that is installed already a flag changes what it names; the rest stays. Without a REFERENCE: everything in mcp.json, exactly as mcp.lock.json has it.';
  static override usage = 'install [REFERENCE] [FLAGS] [-- ARGUMENTS...]';
  static override args = { reference: string({ description: 'postgres-mcp, npm:@scope/pkg@1.2.3, pypi:mcp-server-fetch, ./folder, git+https://HOST/REPO', ignoreStdin: true }) };
  static override flags = {
    yes: toggle({ char: 'y', summary: 'Accept what the plan shows' }),
    test: toggle({ summary: 'Run the full gate: the package\'s own tests and security, too' }),
    enable: toggle({ summary: 'Put it on standby and into Claude Code as well' }),
    'dry-run': toggle({ summary: 'Show the plan and change nothing' }),
    frozen: toggle({ summary: 'Without a REFERENCE: fail where the lock is missing or differs' }),
    global: toggle({ summary: 'Into the global mcp.json' }),
    project: toggle({ summary: 'Into the mcp.json of this project' }),
    name: serverName({ summary: 'Name of the server in mcp.json', helpValue: 'NAME' }),
    ...REQUEST_FLAGS,
  };
  static override examples = [
    'cc-mcp install postgres-mcp --test',
    'cc-mcp install filesystem --allow-read ./docs --allow-write ./notes',
    'cc-mcp install npm:@modelcontextprotocol/server-everything --enable --yes',
    'cc-mcp install postgres-mcp --network my-db --env-file ./db.env',
    'cc-mcp install postgres-mcp --allow-net=localhost:5432 --env-file ./db.env',
    'cc-mcp install ./my-server --project --enable',
    'cc-mcp install --frozen --yes',
  ];

  async run(): Promise<InstallResult | LockedInstallResult> {
    const { own, rest } = splitAtDoubleDash(this.argv);
    const { words, hosts } = takeAllowedHosts(own, Install.flags);
    const { args, flags } = await this.parse(Install, words);
    const { reference } = args;
    if (reference === undefined) {
      refuseReferenceFlags({ ...flags, 'allow-net': flags['allow-net'] || hosts.length > 0 }, rest);
      return this.#fromLock(flags);
    }
    if (flags.frozen) throw new CcMcpError('USAGE', '--frozen goes without a REFERENCE: it installs what is locked', { suggestions: ['cc-mcp install --frozen'] });
    const values = await givenValues(flags, this.workingFolder, this.environment);
    this.output.hide([...values, ...allowedValues(flags)], this.environment, [reference, flags.name ?? '']);
    const cases = await this.useCases(flags, { yes: flags.yes });
    const result = await cases.install({
      ...requested(flags, values, rest, hosts),
      ...(flags.name === undefined ? {} : { name: flags.name }),
      reference, location: await this.locate(cases, flags), workingFolder: this.workingFolder,
      test: flags.test, enable: flags.enable, dryRun: flags['dry-run'],
    }, this.signal);
    this.output.print(installResultView(result, this.output.screen));
    return result;
  }

  async #fromLock(flags: FromLockFlags): Promise<LockedInstallResult> {
    const cases = await this.useCases(flags, { yes: flags.yes });
    const result = await cases.installLocked({
      location: await this.locate(cases, flags), frozen: flags.frozen, allowScripts: flags['allow-scripts'], test: flags.test, enable: flags.enable, dryRun: flags['dry-run'],
    }, this.signal);
    this.output.print(lockedResultView(result, this.output.screen));
    if (result.servers.some(({ outcome }) => outcome === 'failed')) this.endWith(EXIT.partial);
    return result;
  }
}
