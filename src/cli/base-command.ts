import { Command } from '@oclif/core/command';
import { ExitError } from '@oclif/core/errors';
import type { ManifestLocation } from '../domain/manifest.ts';
import { CommandOutput } from './command-output.ts';
import { TerminalConsent } from './consent.ts';
import type { FailureEnvelope, SuccessEnvelope } from './envelope.ts';
import { debugStack, describeFailure, reportTo } from './failure.ts';
import type { Failure } from './failure.ts';
import { scopeOf } from './flags/requested.ts';
import type { ScopeFlags } from './flags/requested.ts';
import { refuseSwitchValues } from './flags/switch-values.ts';
import { GLOBAL_FLAGS } from './global-flags.ts';
import type { GlobalFlags } from './global-flags.ts';
import { Interrupts } from './interrupt.ts';
import type { ComposeOptions, UseCases } from './use-cases.ts';

/**
 * Every command but `run`: flags in, one use case, its result out. `T` is what `--json` prints as `result`. Envelope, redaction,
 * exit codes and signals are the same for all of them because they live here.
 */
export abstract class BaseCommand<T extends object> extends Command {
  static override enableJsonFlag = true;
  static override baseFlags: typeof GLOBAL_FLAGS = GLOBAL_FLAGS;

  readonly #interrupts = new Interrupts(process);
  #output: CommandOutput | undefined;
  #outputClosed = false;
  readonly #onOutputError = (error: Error): void => {
    this.#outputClosed = 'code' in error && error.code === 'EPIPE';
    if (this.#outputClosed) this.#interrupts.abort();
  };

  abstract override run(): Promise<T>;

  /** Aborted by the first SIGINT or SIGTERM, and when nobody reads stdout any more. */
  protected get signal(): AbortSignal {
    return this.#interrupts.signal;
  }

  protected get output(): CommandOutput {
    this.#output ??= new CommandOutput({ json: this.jsonEnabled(), stdout: process.stdout, stderr: process.stderr, environment: process.env });
    return this.#output;
  }

  protected get environment(): Readonly<Record<string, string | undefined>> {
    return process.env;
  }

  protected get workingFolder(): string {
    return process.cwd();
  }

  protected async useCases(flags: GlobalFlags, answers: { readonly yes: boolean } = { yes: false }): Promise<UseCases> {
    return this.compose({
      ...(flags.engine === undefined ? {} : { engine: flags.engine }),
      progress: this.output.progress,
      consent: this.consent(answers.yes),
      warn: (text) => this.output.warn(text),
      environment: this.environment,
      workingFolder: this.workingFolder,
    });
  }

  /** Loaded only when a command runs: adapters are most of the start-up time. */
  protected async compose(options: ComposeOptions): Promise<UseCases> {
    const { compose } = await import('./compose.ts');
    return compose(options);
  }

  protected async locate(cases: UseCases, flags: ScopeFlags): Promise<ManifestLocation> {
    const scope = scopeOf(flags);
    return cases.locate({ ...(flags.manifest === undefined ? {} : { path: flags.manifest }), ...(scope === undefined ? {} : { scope }), forRun: false });
  }

  protected consent(yes: boolean): TerminalConsent {
    const terminal = process.stdin.isTTY && process.stderr.isTTY ? { input: process.stdin, output: process.stderr } : undefined;
    return new TerminalConsent({ yes, terminal, beforeAsking: () => this.output.pause(), signal: this.signal });
  }

  /** Ends with a code that is not 0 although there is a result. */
  protected endWith(exitCode: number): void {
    process.exitCode = exitCode;
  }

  protected override async init(): Promise<void> {
    await super.init();
    process.stdout.on('error', this.#onOutputError);
    refuseSwitchValues(this.argv, { ...GLOBAL_FLAGS, ...this.ctor.flags });
  }

  protected override async catch(thrown: unknown): Promise<void> {
    if (thrown instanceof ExitError) throw thrown;
    // oclif warns of commands that did not parse, where one failed before it could.
    this.parsed = true;
    if (this.#outputClosed) return;
    const { report, exitCode } = this.#failure(thrown);
    process.exitCode = exitCode;
    this.output.printFailure(report, debugStack(thrown, this.environment));
  }

  protected override async finally(): Promise<void> {
    this.#output?.[Symbol.dispose]();
    this.#interrupts[Symbol.dispose]();
    process.stdout.off('error', this.#onOutputError);
    if (this.#interrupts.received !== undefined) process.exitCode = this.#interrupts.received.exitCode;
  }

  override warn(input: Error | string): Error | string {
    this.output.warn(typeof input === 'string' ? input : input.message);
    return input;
  }

  protected override toSuccessJson(result: unknown): SuccessEnvelope<T> {
    return this.output.success(result as T);
  }

  protected override toErrorJson(thrown: unknown): FailureEnvelope {
    return this.output.failure(this.#failure(thrown).report);
  }

  override logJson(json: unknown): void {
    this.output.printJson(json as SuccessEnvelope<T>);
  }

  #failure(thrown: unknown): Failure {
    return describeFailure(thrown, {
      redact: (text) => this.output.redact(text), interrupt: this.#interrupts.received, command: this.id,
      flags: [...Object.keys(this.ctor.flags ?? {}), ...Object.keys(GLOBAL_FLAGS), 'help'], reportTo: reportTo(this.config.pjson),
    });
  }
}
