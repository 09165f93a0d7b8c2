import { string } from '@oclif/core/args';
import { option } from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { NAME_KINDS } from '../cli/completion/command-shape.ts';
import { completionScript, parseShell, SHELLS } from '../cli/completion/completion-script.ts';
import { CONFIG_ACTIONS } from '../cli/flags/config-action.ts';
import type { GlobalFlags } from '../cli/global-flags.ts';
import type { CompletionResult } from '../cli/results.ts';
import type { ComposeOptions, UseCases } from '../cli/use-cases.ts';
import { SETTING_KEYS } from '../domain/settings.ts';

export default class Completion extends BaseCommand<CompletionResult> {
  static override summary = 'Print a script that completes commands, flags and names';
  static override usage = 'completion [bash | fish | zsh]';
  static override args = { shell: string({ description: 'bash, fish or zsh; else the one of SHELL', ignoreStdin: true }) };
  static override flags = { names: option({ options: NAME_KINDS, hidden: true })() };
  static override examples = [
    { description: 'bash', command: "echo 'eval \"$(cc-mcp completion bash)\"' >> ~/.bashrc" },
    { description: 'zsh, after compinit', command: "echo 'eval \"$(cc-mcp completion zsh)\"' >> ~/.zshrc" },
    { description: 'fish', command: 'cc-mcp completion fish > ~/.config/fish/completions/cc-mcp.fish' },
  ];

  async run(): Promise<CompletionResult> {
    const { args, flags } = await this.parse(Completion);
    if (flags.names !== undefined) {
      const names = await this.#names(flags.names, flags);
      if (names.length > 0) this.output.print(names.join('\n'));
      return { kind: 'names', names };
    }
    const shell = parseShell(args.shell, this.environment);
    const script = completionScript(shell, this.config.commands);
    this.output.print(script.trimEnd());
    return { kind: 'script', shell, script };
  }

  /** Somebody waits for TAB: the next command tidies up. */
  protected override compose(options: ComposeOptions): Promise<UseCases> {
    return super.compose({ ...options, tidy: false });
  }

  async #names(kind: (typeof NAME_KINDS)[number], flags: GlobalFlags): Promise<readonly string[]> {
    switch (kind) {
      case 'actions': return CONFIG_ACTIONS;
      case 'shells': return SHELLS;
      case 'settings': return SETTING_KEYS;
      case 'servers': return this.#servers(flags);
      case 'packages': return this.#packages(flags);
      case 'targets': return [...new Set([...await this.#servers(flags), ...await this.#packages(flags)])];
    }
  }

  async #servers(flags: GlobalFlags): Promise<readonly string[]> {
    const cases = await this.useCases(flags);
    return (await cases.overview({ location: await this.locate(cases, flags) }, this.signal)).servers.map(({ name }) => name);
  }

  async #packages(flags: GlobalFlags): Promise<readonly string[]> {
    const cases = await this.useCases(flags);
    return (await cases.search('', this.signal)).packages.map(({ name }) => name);
  }
}
