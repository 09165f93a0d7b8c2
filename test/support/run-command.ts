import { tmpdir } from 'node:os';
import { Config } from '@oclif/core/config';
import type { BaseCommand } from '../../src/cli/base-command.ts';
import { CommandOutput } from '../../src/cli/command-output.ts';
import type { ComposeOptions, UseCases } from '../../src/cli/use-cases.ts';
import type { ManifestLocation } from '../../src/domain/manifest.ts';

export interface CommandRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

type CommandClass = { new (argv: string[], config: Config): BaseCommand<object>; run(argv: string[], config: Config): Promise<unknown> };

export const LOCATION: ManifestLocation = { path: '/home/me/.cc-mcp/mcp.json', folder: '/home/me/.cc-mcp', scope: 'global', id: 'global', exists: true };

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly workingFolder?: string;
}

/** Runs a command class in this process with use cases of the test; one that the test does not bring is a bug of the command. */
export async function runCommand(Type: CommandClass, argv: readonly string[], cases: Partial<UseCases> | ((options: ComposeOptions) => Partial<UseCases>), options: RunOptions = {}): Promise<CommandRun> {
  const written = { stdout: '', stderr: '' };
  const environment = options.environment ?? {};
  const output = new CommandOutput({
    json: argv.slice(0, argv.includes('--') ? argv.indexOf('--') : argv.length).includes('--json'),
    stdout: { write: (text) => void (written.stdout += text) }, stderr: { write: (text) => void (written.stderr += text) }, environment,
  });
  abstract class Probe extends Type {
    protected override get output(): CommandOutput { return output; }
    protected override get environment(): Readonly<Record<string, string>> { return environment; }
    protected override get workingFolder(): string { return options.workingFolder ?? '/work'; }
    protected override async compose(composeOptions: ComposeOptions): Promise<UseCases> {
      return { locate: async () => LOCATION, ...(typeof cases === 'function' ? cases(composeOptions) : cases) } as UseCases;
    }
  }
  Object.defineProperty(Probe, 'id', { value: Type.name.toLowerCase().replace(/command$/, '') });
  const before = process.exitCode;
  process.exitCode = 0;
  try {
    await (Probe as unknown as CommandClass).run([...argv], await testConfig());
    return { code: Number(process.exitCode), ...written };
  } finally {
    process.exitCode = before;
  }
}

async function testConfig(): Promise<Config> {
  const pjson = { name: 'cc-mcp', version: '0.0.0', oclif: { bin: 'cc-mcp', plugins: [] } };
  return Config.load({ root: tmpdir(), pjson, isRoot: true });
}
