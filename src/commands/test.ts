import { string } from '@oclif/core/args';
import { string as stringFlag } from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { mapTexts } from '../cli/envelope.ts';
import { takeAllowedHosts } from '../cli/flags/allowed-hosts.ts';
import { givenValues } from '../cli/flags/given-values.ts';
import { REQUEST_FLAGS } from '../cli/flags/request-flags.ts';
import { allowedValues, requested } from '../cli/flags/requested.ts';
import { splitAtDoubleDash } from '../cli/flags/switch-values.ts';
import { toggle } from '../cli/flags/toggle.ts';
import { gateFailure } from '../cli/gate-failure.ts';
import { writeReport } from '../cli/report-file.ts';
import type { TestResult } from '../servers/test-server.ts';
import { gateReportView } from '../ui/gate-report.ts';
import { junitReport } from '../ui/junit-report.ts';

export default class Test extends BaseCommand<TestResult> {
  static override summary = 'Run the gate alone, on an installed server or on a package';
  static override description = 'An installed server is tested as it is; the flags are for a package that is not installed.';
  static override usage = 'test NAME|REFERENCE [FLAGS] [-- ARGUMENTS...]';
  static override args = { target: string({ description: 'a server in mcp.json, or a reference', required: true, ignoreStdin: true }) };
  static override flags = { yes: toggle({ char: 'y', summary: 'Accept what the plan shows' }), junit: stringFlag({ summary: 'Write the result as JUnit XML, too', helpValue: 'FILE' }), ...REQUEST_FLAGS };
  static override examples = ['cc-mcp test postgres-mcp', 'cc-mcp test npm:@modelcontextprotocol/server-everything', 'cc-mcp test postgres-mcp --junit reports/postgres-mcp.xml'];

  async run(): Promise<TestResult> {
    const { own, rest } = splitAtDoubleDash(this.argv);
    const { words, hosts } = takeAllowedHosts(own, Test.flags);
    const { args, flags } = await this.parse(Test, words);
    const values = await givenValues(flags, this.workingFolder, this.environment);
    this.output.hide([...values, ...allowedValues(flags)], this.environment, [args.target]);
    const cases = await this.useCases(flags, { yes: flags.yes });
    const location = await this.locate(cases, flags);
    const result = await cases.test({ ...requested(flags, values, rest, hosts), target: args.target, location, workingFolder: this.workingFolder }, this.signal);
    this.output.print(gateReportView({ target: result.target, gate: result.gate, stepsShown: this.output.watched }, this.output.screen));
    if (flags.junit !== undefined) await writeReport('--junit', flags.junit, this.workingFolder, junitReport(mapTexts(result, (part) => this.output.redact(part))));
    if (result.gate.outcome === 'failed') throw gateFailure(result);
    return result;
  }
}
