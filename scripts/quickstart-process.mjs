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

/** Runs a program on this terminal and gives its exit code. */
export function show(command, args) {
  return run(command, args, { started: track });
}

/** A program's stdout. `environment` adds variables, for what must not stand among the arguments. */
export function capture(command, args, { environment = {}, stderr = 'keep' } = {}) {
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, { cwd: ROOT, env: projectEnvironment(environment), maxBuffer: 16 * 1024 * 1024 }, (error, stdout, errors) => {
      if (error === null) return resolve(stdout);
      const code = typeof error.code === 'number' ? error.code : 1;
      const reason = stderr === 'keep' ? errors.trim().split('\n').at(-1) || error.message : `ended with ${code}`;
      reject(new QuickstartError(`${command} ${args[0]}: ${reason}`, code));
    });
    track(child);
    if (stderr === 'inherit') child.stderr.pipe(process.stderr);
    child.stdin.end();
  });
}

function track(child) {
  children.add(child);
  child.once('close', () => children.delete(child));
}

/** Whether a program ends well. */
export async function succeeds(command, args) {
  try {
    await capture(command, args);
    return true;
  } catch (error) {
    if (error instanceof QuickstartError) return false;
    throw error;
  }
}
