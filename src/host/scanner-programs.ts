/** Output of a scanner; larger ones are a failure of the scan. */
const MOST_BYTES = 256 * 1024 ** 2;

/** The image scanners of this machine. execa is loaded when one is asked. */
export const scannerPrograms = {
  /** Undefined: the program is not on the PATH. Rejects with the signal's reason. */
  async run(program: 'trivy' | 'grype', args: readonly string[], signal: AbortSignal): Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string } | undefined> {
    const { execa } = await import('execa');
    const { exitCode, stdout, stderr, code } = await execa(program, args, { reject: false, cancelSignal: signal, maxBuffer: MOST_BYTES, stdin: 'ignore' });
    signal.throwIfAborted();
    if (code === 'ENOENT') return undefined;
    // Without an exit code it was ended by a signal, or said more than can be read.
    return { exitCode: exitCode ?? -1, stdout, stderr };
  },
};
