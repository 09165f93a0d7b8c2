import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { Command } from './stage.ts';

const INITIALIZE = line(0, 'initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } });
const INITIALIZED = `${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`;

function line(id: number, method: string, params: object): string {
  return `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`;
}

/** An MCP server started the way a client does, with as little as possible between the pipe and the clock. */
export class McpProcess {
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #startedAt = performance.now();
  #got = 0;
  #wanted: (() => void) | undefined;
  #ids = 1;

  constructor({ program, words }: Command, home: string) {
    this.child = spawn(program, words, { env: { HOME: home, PATH: process.env['PATH'] ?? '' }, stdio: ['pipe', 'pipe', 'ignore'], cwd: '/' });
    this.child.stdout.on('data', (chunk: Buffer) => {
      this.#got += chunk.length;
      if (chunk[chunk.length - 1] === 0x0a) this.#wanted?.();
    });
  }

  /** Milliseconds from the spawn to the answer of `initialize`. */
  async connect(): Promise<number> {
    await this.#exchange(INITIALIZE);
    const milliseconds = performance.now() - this.#startedAt;
    this.child.stdin.write(INITIALIZED);
    return milliseconds;
  }

  /** Milliseconds, and how many bytes the answer had. One line in flight at a time. */
  async call(name: string, args: object): Promise<{ readonly milliseconds: number; readonly bytes: number }> {
    const message = line(this.#ids++, 'tools/call', { name, arguments: args });
    const before = this.#got;
    const startedAt = performance.now();
    await this.#exchange(message);
    return { milliseconds: performance.now() - startedAt, bytes: this.#got - before };
  }

  write(text: string): void {
    this.child.stdin.write(text);
  }

  async end(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.child.once('close', () => resolve()));
    this.child.stdin.end();
    await closed;
  }

  #exchange(message: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const ended = (): void => reject(new Error(`${this.child.spawnargs.slice(0, 4).join(' ')} ended`));
      this.child.once('close', ended);
      this.#wanted = () => {
        this.#wanted = undefined;
        this.child.off('close', ended);
        resolve();
      };
      this.child.stdin.write(message);
    });
  }
}
