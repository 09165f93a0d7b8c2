import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createHash, type Hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import type { Launch } from './run-client.ts';

/** A client that counts bytes and knows no lines. */
export class ByteClient implements AsyncDisposable {
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #hash: Hash = createHash('sha256');
  #received = 0;
  readonly #closed: Promise<void>;
  /** The last bytes that came, as text. */
  end = '';
  #wake: () => void = () => undefined;

  constructor({ bin, home, words, env = {} }: Launch) {
    this.child = spawn(process.execPath, [bin, 'run', ...words], { cwd: home, env: { HOME: home, PATH: process.env['PATH'] ?? '', ...env }, stdio: ['pipe', 'pipe', 'ignore'] });
    this.child.stdin.on('error', () => undefined);
    this.#closed = new Promise((resolve) => void this.child.once('close', () => resolve()));
    this.child.stdout.on('data', (chunk: Buffer) => {
      this.#hash.update(chunk);
      this.#received += chunk.length;
      this.end = (this.end + chunk.toString('utf8', Math.max(0, chunk.length - 2000))).slice(-2000);
      this.#wake();
    });
  }

  /** With the pipe's back-pressure. */
  async send(bytes: Uint8Array): Promise<void> {
    if (this.child.stdin.write(bytes)) return;
    const drained = new Promise<true>((resolve) => void this.child.stdin.once('drain', () => resolve(true)));
    if ((await Promise.race([drained, this.#closed])) === undefined) throw new Error('run has ended');
  }

  get received(): number {
    return this.#received;
  }

  /** SHA-256 of all that came, when so much has. */
  async hashOf(bytes: number, milliseconds = 60_000): Promise<string> {
    const deadline = performance.now() + milliseconds;
    while (this.#received < bytes) {
      if (performance.now() > deadline) throw new Error(`${this.#received} of ${bytes} bytes came`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 500);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.#hash.copy().digest('hex');
  }

  async exitCode(): Promise<number | null> {
    await this.#closed;
    return this.child.exitCode;
  }

  /** Resident memory of `run`, in MiB. */
  memory(): number {
    return Number(/^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${this.child.pid}/status`, 'utf8'))?.[1]) / 1024;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.stdin.end();
    this.child.stdout.resume();
    await this.#closed;
  }
}
