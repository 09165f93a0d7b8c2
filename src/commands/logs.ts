import { custom } from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { parseCount, parseDuration } from '../cli/flags/count.ts';
import { serverNameArgument } from '../cli/flags/server-name-argument.ts';
import { toggle } from '../cli/flags/toggle.ts';
import type { LogsResult } from '../cli/results.ts';
import type { LogLine } from '../servers/session-logs.ts';
import { logLineView } from '../ui/log-line.ts';

const count = custom<number>({ parse: async (input) => parseCount(input) });
const duration = custom<number>({ parse: async (input) => parseDuration(input) });
const TAIL = 200;

export default class Logs extends BaseCommand<LogsResult> {
  static override summary = 'Show what a server wrote to stderr, newest last';
  static override usage = 'logs NAME [FLAGS]';
  static override args = { name: serverNameArgument({ required: true }) };
  static override flags = {
    follow: toggle({ char: 'f', summary: 'Go on until Ctrl-C; with --json one line of JSON each' }),
    tail: count({ char: 'n', summary: `Newest lines to begin with, default ${TAIL}, or all that --since finds`, helpValue: 'N' }),
    since: duration({ summary: 'No older than this: 30s, 10m, 2h, 1d', helpValue: 'DURATION' }),
    timestamps: toggle({ char: 't', summary: 'Time and session before each line' }),
  };
  static override examples = ['cc-mcp logs postgres-mcp', 'cc-mcp logs postgres-mcp --follow --since 10m'];

  async run(): Promise<LogsResult> {
    const { args, flags } = await this.parse(Logs);
    const cases = await this.useCases(flags);
    const location = await this.locate(cases, flags);
    const since = flags.since === undefined ? {} : { sinceMilliseconds: flags.since };
    const tail = flags.tail ?? (flags.since === undefined ? TAIL : Number.MAX_SAFE_INTEGER);
    const lines: LogLine[] = [];
    for await (const line of cases.logs({ location, name: args.name, tail, follow: flags.follow, ...since }, this.signal)) {
      if (flags.follow) this.output.printLine(line, logLineView(line, flags.timestamps, this.output.screen));
      else lines.push(line);
    }
    if (lines.length > 0) this.output.print(lines.map((line) => logLineView(line, flags.timestamps, this.output.screen)).join('\n'));
    return { server: args.name, manifest: location.path, lines };
  }
}
