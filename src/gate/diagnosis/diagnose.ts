import { brokenDependency } from './broken-dependency.ts';
import type { Diagnosis, Evidence, GivenSettings } from './evidence.ts';
import { outOfMemory, outOfProcesses } from './exhausted.ts';
import { missingProgram } from './missing-program.ts';
import { telling } from './telling-lines.ts';
import { shownUsage, wantedArgument } from './wanted-argument.ts';
import { wantedFile } from './wanted-file.ts';
import { wantedHost } from './wanted-host.ts';
import { wantedValue } from './wanted-value.ts';

const KILLED = 137;
const STOPPED = 143;
const NOT_FOUND = 127;

/**
 * Why a server did not do what it should, as one reason with what to do. What the engine and the connection saw for certain
 * comes first, then what the server says that it lacks, then how it ended.
 */
export function diagnose(evidence: Evidence): Diagnosis {
  return outOfMemory(evidence) ?? outOfProcesses(evidence) ?? brokenProtocol(evidence) ?? killed(evidence)
    ?? wanted(evidence.stderr, evidence.settings) ?? ended(evidence) ?? silent(evidence) ?? { reason: evidence.message, suggestions: [], dependency: null };
}

/** What a text says that its writer lacks: of a stderr, and of a tool's answer. */
export function wanted(text: string, settings: GivenSettings): Diagnosis | undefined {
  return missingProgram(text) ?? brokenDependency(text) ?? wantedArgument(text) ?? wantedHost(text, settings) ?? wantedFile(text) ?? wantedValue(text, settings);
}

function brokenProtocol({ fault, message }: Evidence): Diagnosis | undefined {
  if (fault !== 'line-too-long' && fault !== 'flooded' && fault !== 'invalid') return undefined;
  return { reason: message, suggestions: fault === 'flooded' ? ['It writes its log to stdout, where only MCP belongs: it may have a setting for that'] : [] };
}

function killed({ exit, stderr }: Evidence): Diagnosis | undefined {
  if (exit?.exitCode === KILLED) return { reason: `it was killed from outside (SIGKILL), not for its memory${telling(stderr)}`, suggestions: ['Try again'] };
  if (exit?.exitCode === STOPPED) return { reason: `it was stopped from outside (SIGTERM)${telling(stderr)}`, suggestions: ['Try again'] };
  return undefined;
}

function ended({ exit, fault, message, stderr }: Evidence): Diagnosis | undefined {
  if (exit === undefined) return undefined;
  if (exit.exitCode !== 0) {
    const usage = shownUsage(stderr);
    if (usage !== undefined) return usage;
  }
  if (fault === 'partial-line') return { reason: `${message}, and exited with code ${exit.exitCode}${telling(stderr)}`, suggestions: [] };
  if (exit.exitCode === NOT_FOUND) return { reason: `its executable was not found${telling(stderr)}`, suggestions: [] };
  const signal = exit.exitCode > 128 ? ` (signal ${exit.exitCode - 128})` : '';
  return { reason: `it exited with code ${exit.exitCode}${signal} before it answered${telling(stderr) || ', without a word'}`, suggestions: [], dependency: null };
}

function silent({ fault, output, seconds, stderr, stderrBytes }: Evidence): Diagnosis | undefined {
  if (fault !== 'late' && fault !== 'closed' && fault !== 'partial-line') return undefined;
  const closed = output === 'closed' || fault !== 'late';
  const what = closed ? 'it closed its stdout and runs on without an answer' : `it did not answer within ${seconds} s${output === 'open' ? ': it runs and hangs' : ''}`;
  const flood = stderrBytes > FLOOD ? `; it wrote ${Math.round(stderrBytes / 1024 ** 2)} MiB to stderr` : '';
  const words = telling(stderr);
  return { reason: `${what}${flood}${words === '' ? '' : `; it last said${words}`}`, suggestions: closed ? [] : ['It may wait for something that it cannot reach: see what it says, and what you granted'], dependency: null };
}

/** More than this on stderr in one gate run is a flood. */
export const FLOOD = 10 * 1024 ** 2;
