import { spawn } from 'node:child_process';
import { CcMcpError } from '../domain/errors.ts';
import { sanitizeLine } from '../domain/sanitize.ts';

export interface GitRun {
  readonly arguments: readonly string[];
  /** The repository's own folder. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether the user's credential helpers and ssh keys may be asked. */
  readonly credentials: boolean;
  /** Milliseconds. */
  readonly timeLimit: number;
  readonly input?: string;
}

export interface GitResult {
  readonly exitCode: number;
  readonly output: Buffer;
  readonly errors: readonly string[];
}

/**
 * What a repository could make git run is off: hooks, file system monitors, submodules, maintenance, editors. So is what asks: a
 * password comes from the user's own credential helper, or not at all. Only these three ways lead to a repository.
 */
const SAFE = ['core.hooksPath=/dev/null', 'core.fsmonitor=false', 'submodule.recurse=false', 'fetch.recurseSubmodules=false', 'gc.auto=0', 'maintenance.auto=false',
  'protocol.allow=never', 'protocol.https.allow=always', 'protocol.http.allow=always', 'protocol.ssh.allow=always', 'protocol.file.allow=always', 'core.askPass=', 'advice.detachedHead=false'];
/** Variables by which the environment of a hook, or of another git, would lead ours elsewhere. */
const FOREIGN = /^(?:GIT_(?:DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE|CEILING_DIRECTORIES|CONFIG|CONFIG_.*|EXEC_PATH|TEMPLATE_DIR|EXTERNAL_DIFF|PAGER|EDITOR|ASKPASS|TRACE.*|PROXY_COMMAND)|SSH_ASKPASS)$/;
const MOST = 512 * 1024 ** 2;

/** Runs git with arguments that are never a shell's, and gives what it wrote. */
export function runGit(run: GitRun, signal?: AbortSignal): Promise<GitResult> {
  const limit = AbortSignal.timeout(run.timeLimit);
  const ended = signal === undefined ? limit : AbortSignal.any([signal, limit]);
  const environment = Object.fromEntries(Object.entries(run.environment).filter(([name]) => !FOREIGN.test(name)));
  return new Promise((resolve, reject) => {
    ended.throwIfAborted();
    const child = spawn('git', [...[...SAFE, ...(run.credentials ? [] : ['credential.helper='])].flatMap((option) => ['-c', option]), ...run.arguments], {
      cwd: run.folder, stdio: ['pipe', 'pipe', 'pipe'], detached: true,
      env: { ...environment, GIT_DIR: run.folder, GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', GIT_SSH_COMMAND: run.credentials ? (environment['GIT_SSH_COMMAND'] ?? 'ssh -oBatchMode=yes') : 'ssh -oBatchMode=yes -oIdentityAgent=none -oIdentityFile=none', LC_ALL: 'C' },
    });
    // Its helpers, ssh among them, go with it.
    const kill = (): void => {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
    };
    ended.addEventListener('abort', kill, { once: true });
    const output: Buffer[] = [];
    let size = 0;
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MOST) kill();
      else output.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      errors = `${errors}${chunk.toString('utf8')}`.slice(-20_000);
    });
    child.once('error', (error: NodeJS.ErrnoException) => {
      ended.removeEventListener('abort', kill);
      reject(error.code === 'ENOENT' ? new CcMcpError('UNSUPPORTED', 'git is not installed on this machine', { suggestions: ['Install git, then try again'], cause: error }) : error);
    });
    child.once('close', (code) => {
      ended.removeEventListener('abort', kill);
      if (signal?.aborted === true) reject(signal.reason as Error);
      else if (limit.aborted) reject(new CcMcpError('SOURCE_UNREACHABLE', `git was given ${run.timeLimit / 1000} s and did not end`, { suggestions: ['Check the network and the address, then try again'] }));
      else resolve({ exitCode: code ?? -1, output: Buffer.concat(output), errors: errors.split('\n').map((line) => sanitizeLine(line, 300)).filter((line) => line !== '') });
    });
    // It may end before it has read everything.
    child.stdin.on('error', () => {});
    child.stdin.end(run.input ?? '');
  });
}
