import { CcMcpError, EXIT } from '../domain/errors.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import { mapTexts } from './envelope.ts';
import type { FailureReport } from './envelope.ts';
import type { Interrupt } from './interrupt.ts';
import { isUsageError, usageError } from './usage-error.ts';

export interface Failure {
  readonly report: FailureReport;
  readonly exitCode: number;
}

export interface FailureContext {
  /** Takes the values that the user passed out of any text. */
  readonly redact: (text: string) => string;
  readonly interrupt?: Interrupt | undefined;
  /** `install`, for «cc-mcp install --help». */
  readonly command?: string | undefined;
  /** Flags of that command, for the nearest one. */
  readonly flags: readonly string[];
  /** Where bugs are reported, from package.json. */
  readonly reportTo?: string | undefined;
}

/** What may be said of anything that was thrown: an allowlist, because a foreign error can carry the whole command line. */
export function describeFailure(thrown: unknown, context: FailureContext): Failure {
  if (context.interrupt !== undefined && !(thrown instanceof CcMcpError)) {
    const { signal, exitCode } = context.interrupt;
    return { exitCode, report: { code: 'INTERRUPTED', message: `Interrupted by ${signal}`, suggestions: [], details: {} } };
  }
  const error = isUsageError(thrown) ? usageError(thrown, context) : thrown;
  if (!(error instanceof CcMcpError)) return { exitCode: EXIT.bug, report: bugReport(error, context) };
  return {
    exitCode: context.interrupt?.exitCode ?? error.exitCode,
    report: { code: error.code, message: context.redact(unwrapped(error.message)), suggestions: error.suggestions.map(context.redact), details: mapTexts(error.details, context.redact) },
  };
}

/** oclif puts «Parsing --flag», a tab and a hint around the message of a flag's own parser. */
function unwrapped(message: string): string {
  const match = /^Parsing (--[a-z-]+) \n\t([\s\S]*)\nSee more help with --help$/.exec(message);
  return match === null ? message : `${match[1]}: ${match[2]}`;
}

function bugReport(error: unknown, { redact, reportTo }: FailureContext): FailureReport {
  const name = error instanceof Error ? error.name : typeof error;
  const message = error instanceof Error ? error.message : '';
  return {
    code: 'BUG',
    message: sanitizeLine(redact(`cc-mcp has a bug: ${name}${message === '' ? '' : `: ${message}`}`), 300),
    suggestions: [`Report this line${reportTo === undefined ? '' : ` at ${reportTo}`}, with the stack that CC_MCP_DEBUG=1 shows`],
    details: {},
  };
}

/** `bugs` of package.json, as a text or an object with a `url`. */
export function reportTo(packageJson: object): string | undefined {
  const bugs: unknown = Reflect.get(packageJson, 'bugs');
  const url: unknown = bugs !== null && typeof bugs === 'object' && 'url' in bugs ? bugs.url : bugs;
  return typeof url === 'string' ? url : undefined;
}

/** With CC_MCP_DEBUG, the whole stack; causes too. */
export function debugStack(thrown: unknown, environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const { CC_MCP_DEBUG } = environment;
  if (CC_MCP_DEBUG === undefined || CC_MCP_DEBUG === '' || CC_MCP_DEBUG === '0' || !(thrown instanceof Error)) return undefined;
  const cause = debugStack(thrown.cause, environment);
  return `${thrown.stack ?? thrown.message}${cause === undefined ? '' : `\ncaused by ${cause}`}`;
}
