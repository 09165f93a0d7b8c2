import type { EngineAddress } from '../domain/container-engine.ts';

/** Output of a scanner; larger ones are a failure of the scan. */
const MOST_BYTES = 256 * 1024 ** 2;

export interface ScannerOptions {
  /** The engine that has the image: else they ask the one that they find themselves. */
  readonly engine: EngineAddress;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A folder of the user's alone: both read configuration, and lists of what to ignore, from where they are started. */
  readonly folder: string;
}

interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The image scanners of this machine. execa is loaded when one is asked. */
export function scannerPrograms({ engine, environment, folder }: ScannerOptions): { run(program: 'trivy' | 'grype', args: readonly string[], signal: AbortSignal): Promise<Ran | undefined> } {
  return {
    /** Undefined: the program is not on the PATH. Rejects with the signal's reason. */
    async run(program, args, signal) {
      const { execa } = await import('execa');
      const { exitCode, stdout, stderr, code } = await execa(program, args, {
        reject: false, cancelSignal: signal, maxBuffer: MOST_BYTES, stdin: 'ignore', cwd: folder, extendEnv: false, env: { ...environment, ...hostOf(engine) },
      });
      signal.throwIfAborted();
      if (code === 'ENOENT') return undefined;
      // Without an exit code it was ended by a signal, or said more than can be read.
      return { exitCode: exitCode ?? -1, stdout, stderr };
    },
  };
}

/** Keys of a TLS engine stand in a folder under fixed names: who has one has told the programs already. */
function hostOf(engine: EngineAddress): Readonly<Record<string, string>> {
  if (engine.kind === 'unix') return { DOCKER_HOST: `unix://${engine.path}` };
  return engine.tls === undefined ? { DOCKER_HOST: `tcp://${engine.host}:${engine.port}` } : {};
}
