import { execFile } from 'node:child_process';
import { projectEnvironment, ROOT, run } from './dependencies.mjs';

/** What a user is told in one line, with the exit code that it ends with. */
export class QuickstartError extends Error {
  constructor(message, exitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}

const children = new Set();

export function stopChildren(signal) {
  for (const child of children) child.kill(signal);
}

/** Runs a program on this terminal and gives its exit code. `stdout: 2`: what it prints goes to stderr. */
export function show(command, args, { stdout = 'inherit' } = {}) {
  return run(command, args, { started: track, stdio: ['ignore', stdout, 'inherit'] });
}

/** A program's stdout. `environment` adds variables, for what must not stand among the arguments. */
export async function capture(command, args, { environment = {}, stderr = 'keep' } = {}) {
  const { stdout, errors, code } = await output(command, args, { environment, stderr });
  if (code === 0) return stdout;
  const reason = stderr === 'keep' ? errors.trim().split('\n').at(-1) : '';
  throw new QuickstartError(`${command} ${args[0]}: ${reason || `ended with ${code}`}`, code);
}

/** What a program wrote, and how it ended. */
export function output(command, args, { environment = {}, stderr = 'inherit', cwd = ROOT } = {}) {
  return new Promise((resolve) => {
    const child = execFile(command, args, { cwd, env: projectEnvironment(environment), maxBuffer: 16 * 1024 * 1024 }, (error, stdout, errors) => {
      resolve({ stdout, errors: errors || error?.message || '', code: error === null ? 0 : (child.exitCode ?? 1) });
    });
    track(child);
    if (stderr === 'inherit') child.stderr.pipe(process.stderr);
    child.stdin?.end();
  });
}

/** Whether a program ends well. */
export async function succeeds(command, args) {
  return (await output(command, args, { stderr: 'keep' })).code === 0;
}

function track(child) {
  children.add(child);
  child.once('close', () => children.delete(child));
}
