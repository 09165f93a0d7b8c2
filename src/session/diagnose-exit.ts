import type { ContainerState } from '../domain/container-engine.ts';
import type { PreparedServer } from '../domain/session-ports.ts';
import { pidsLimit } from './container-body.ts';

export interface ServerEvidence {
  readonly state: ContainerState | undefined;
  readonly heapExhausted: boolean;
  /** Processes at the last look, where the engine said. */
  readonly pids?: number | undefined;
  readonly lastLines: readonly string[];
}

/**
 * Why a server is gone, in one line with what to type. The order matters: the kernel's flag, the heap's own words, the exit code;
 * the flag alone only means that some process of the container was killed.
 */
export function diagnoseExit(server: PreparedServer, evidence: ServerEvidence): string {
  const { state } = evidence;
  const name = server.recipe.server;
  const limit = megabytes(server.recipe.memoryBytes);
  const more = `give it more with: cc-mcp install ${name} --memory ${megabytes(server.recipe.memoryBytes * 2).replace(' MiB', 'm')}`;
  const code = state?.status === 'exited' ? state.exitCode : undefined;
  const oomKilled = state?.status === 'exited' && state.oomKilled;
  let reason: string;
  if (oomKilled && code === 137) reason = `${name} ran out of memory (limit ${limit}) and was killed; ${more}`;
  else if (evidence.heapExhausted) reason = `${name} exhausted its heap (limit ${limit}, exit code ${code ?? 'unknown'}); ${more}`;
  else if (code === 137) reason = `${name} was killed (SIGKILL)`;
  else if (code === 143) reason = `${name} was stopped (SIGTERM)`;
  else if (state === undefined) reason = `${name}: its container was removed`;
  else if (code === undefined) reason = `${name} closed its connection`;
  else reason = `${name} exited with code ${code}${oomKilled ? ` after a process of it ran out of memory (limit ${limit})` : ''}`;
  return `${reason}${pidsNote(server, evidence)}${stderrNote(evidence.lastLines)}`;
}

/** Why a server that still runs was given up. */
export function diagnoseSilence(server: PreparedServer, seconds: number, evidence: ServerEvidence): string {
  return `${server.recipe.server} did not answer within ${seconds} s (it hangs, or closed its output)${pidsNote(server, evidence)}${stderrNote(evidence.lastLines)}`;
}

export function stderrNote(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `. Last lines of its log: ${lines.join(' | ')}`;
}

function pidsNote(server: PreparedServer, evidence: ServerEvidence): string {
  const limit = pidsLimit(server);
  if (limit === undefined || evidence.pids === undefined || evidence.pids < limit * 0.9) return '';
  return `; it used up its ${limit} processes (raise with --pids)`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / (1024 * 1024))} MiB`;
}
