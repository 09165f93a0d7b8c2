import { PassThrough, type Readable, Writable } from 'node:stream';
import type { Attachment, AttachOptions, ExitStatus } from '../domain/container-engine.ts';

/** What a script gets for a process. */
export interface ScriptedProcess {
  /** Entrypoint and command. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Aborted when the process is asked to end (SIGTERM); one that is killed is not asked any more. */
  readonly signal: AbortSignal;
}

/** A function in place of a process; what it returns is its exit. One that throws has exit code 1 and its message on stderr. */
export type Script = (process: ScriptedProcess) => Promise<number | ExitStatus> | number | ExitStatus;

/** The life of one scripted process with those who are attached to it. */
export class ScriptedContainer {
  readonly #attached = new Set<{ readonly stdin: boolean; readonly stdout: PassThrough | undefined; readonly stderr: PassThrough | undefined; close(): void }>();
  readonly #stdin = new PassThrough();
  readonly #asked = new AbortController();
  readonly #exit = Promise.withResolvers<ExitStatus>();
  #ended = false;

  /** Resolves when the process has ended. */
  get exited(): Promise<ExitStatus> {
    return this.#exit.promise;
  }

  start(script: Script, command: readonly string[], environment: Readonly<Record<string, string>>): void {
    const process: ScriptedProcess = {
      command, environment, stdin: this.#stdin, signal: this.#asked.signal, stdout: this.#broadcast('stdout'), stderr: this.#broadcast('stderr'),
    };
    void this.#run(script, process);
  }

  /** Asks the process to end. */
  ask(): void {
    this.#asked.abort();
  }

  end(status: ExitStatus): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#asked.abort();
    this.#stdin.destroy();
    for (const client of this.#attached) client.close();
    this.#exit.resolve(status);
  }

  attach(options: AttachOptions): Attachment {
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    const client = {
      stdin: options.stdin,
      stdout: options.stdout ? stdout : undefined,
      stderr: options.stderr ? stderr : undefined,
      close: () => {
        this.#attached.delete(client);
        stdout.end();
        stderr.end();
      },
    };
    this.#attached.add(client);
    const closeInput = (): void => {
      // StdinOnce: the end of a client's input is the process's.
      if (options.stdin && !this.#stdin.writableEnded) this.#stdin.end();
    };
    const stdin = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        if (!options.stdin || !this.#stdin.writable) done(new Error('the process does not read'));
        else this.#stdin.write(chunk, (error) => done(error));
      },
      final(done) {
        closeInput();
        done();
      },
    });
    stdin.on('error', () => {});
    return {
      stdin,
      stdout,
      stderr,
      async [Symbol.asyncDispose]() {
        closeInput();
        client.close();
        stdin.destroy();
      },
    };
  }

  async #run(script: Script, process: ScriptedProcess): Promise<void> {
    let status: ExitStatus;
    try {
      const result = await script(process);
      status = typeof result === 'number' ? { exitCode: result, oomKilled: false } : result;
    } catch (error) {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      status = { exitCode: 1, oomKilled: false };
    }
    // What was written goes out before the exit is seen.
    process.stdout.end();
    process.stderr.end();
    this.end(status);
  }

  /** To every client, at the pace of the slowest; what nobody is attached for is lost, as with log driver `none`. */
  #broadcast(name: 'stdout' | 'stderr'): Writable {
    return new Writable({
      write: async (chunk: Buffer, _encoding, done) => {
        const full: PassThrough[] = [];
        if (!this.#ended) {
          for (const client of this.#attached) {
            const stream = client[name];
            if (stream?.writable && !stream.write(chunk)) full.push(stream);
          }
        }
        await Promise.all(full.map(drained));
        done();
      },
    });
  }
}

function drained(stream: PassThrough): Promise<void> {
  return new Promise((resolve) => {
    stream.once('drain', resolve).once('close', resolve).once('finish', resolve);
  });
}
