import { ExitError } from '@oclif/core/errors';
import { run } from '@oclif/core/run';
import { settings } from '@oclif/core/settings';
import { CommandOutput } from './command-output.ts';
import { debugStack, describeFailure } from './failure.ts';

/** Starts everything but `run` and `--version`, which `bin` answers itself. `root` is the package's folder. Ends the process. */
export async function main(argv: readonly string[], root: string): Promise<never> {
  process.stderr.on('error', ignoreClosedPipe);
  // What nobody awaited: the same one line, never Node's own report with the values around it.
  process.on('uncaughtException', (error) => process.exit(reportOutside(error, argv)));
  // Where a developer's shell says NODE_ENV=development, oclif would look for TypeScript sources, and warn that there are none.
  settings.enableAutoTranspile = false;
  try {
    await run(commandWords(argv), { root });
  } catch (error) {
    process.exitCode = reportOutside(error, argv);
  }
  await Promise.all([drained(process.stdout), drained(process.stderr)]);
  // A use case awaits what it starts; a socket that an engine keeps open must not hold the terminal.
  process.exit();
}

/** `cc-mcp` alone shows the overview, `cc-mcp help install` is `cc-mcp install --help`. */
export function commandWords(argv: readonly string[]): string[] {
  const [first, ...rest] = argv;
  if (first === 'help') return [...rest, '--help'];
  const overview = first === undefined || (first.startsWith('-') && !['--help', '-h', '--version'].includes(first));
  return overview && !argv.includes('--help') && !argv.includes('-h') ? ['overview', ...argv] : [...argv];
}

/** A failure before there is a command: a word that is none, a module that does not load. */
function reportOutside(error: unknown, argv: readonly string[]): number {
  if (error instanceof ExitError) return error.oclif.exit ?? 0;
  const own = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : argv.length);
  using output = new CommandOutput({ json: own.includes('--json'), stdout: process.stdout, stderr: process.stderr, environment: process.env });
  const { report, exitCode } = describeFailure(error, { redact: (text) => text, flags: [] });
  output.printFailure(report, debugStack(error, process.env));
  return exitCode;
}

function ignoreClosedPipe(error: Error): void {
  if ('code' in error && error.code === 'EPIPE') return;
  throw error;
}

async function drained(stream: NodeJS.WriteStream): Promise<void> {
  await new Promise<void>((resolve) => stream.write('', () => resolve()));
}
