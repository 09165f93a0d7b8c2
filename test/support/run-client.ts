import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';

export interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  // Each test reads the fields that it is about.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly result?: any;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

export interface Launch {
  readonly bin: string;
  readonly home: string;
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A client of MCP's stdio that knows no SDK: it sees each byte, and may behave as badly as it likes. */
export class RunClient implements AsyncDisposable {
  readonly child: ChildProcessWithoutNullStreams;
  readonly startedAt = performance.now();
  /** Complete lines of stdout, as they came. */
  readonly lines: string[] = [];
  stderr = '';
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  #rest = '';
  #waiting: (() => void)[] = [];
  #next = 1;

  constructor({ bin, home, words, env = {}, cwd = home }: Launch) {
    this.child = spawn(process.execPath, [bin, 'run', ...words], { cwd, env: { HOME: home, PATH: process.env['PATH'] ?? '', ...env }, stdio: 'pipe' });
    this.child.stdin.on('error', () => undefined);
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (this.#rest + text).split('\n');
      this.#rest = lines.pop() ?? '';
      this.lines.push(...lines);
      this.#wake();
    });
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
      this.#wake();
    });
    this.exited = new Promise((resolve) => this.child.once('close', (code, signal) => {
      resolve({ code, signal });
      this.#wake();
    }));
  }

  write(text: string): void {
    this.child.stdin.write(text);
  }

  notify(method: string, params: object = {}): void {
    this.write(`${JSON.stringify({ jsonrpc: '2.0', method, params })}\n`);
  }

  /** Sends a request and waits for what comes with its id. */
  async request(method: string, params: object = {}, milliseconds = 40_000): Promise<Message> {
    const id = this.#next++;
    this.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    return this.answerTo(id, milliseconds);
  }

  answerTo(id: number | string, milliseconds = 40_000): Promise<Message> {
    return this.#until(() => this.messages().find((message) => message.id === id && message.method === undefined), `an answer to ${id}`, milliseconds);
  }

  /** `initialize` and what follows it; gives the milliseconds from the spawn to its answer. */
  async connect(): Promise<number> {
    const answer = await this.request('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } });
    if (answer.result === undefined) throw new Error(`initialize: ${JSON.stringify(answer)}; stderr: ${this.stderr}`);
    const milliseconds = performance.now() - this.startedAt;
    this.notify('notifications/initialized');
    return milliseconds;
  }

  async call(name: string, args: object = {}): Promise<Message> {
    return this.request('tools/call', { name, arguments: args });
  }

  saysOnStderr(text: string, milliseconds = 40_000): Promise<true> {
    return this.#until(() => this.stderr.includes(text) || undefined, `«${text}» on stderr`, milliseconds);
  }

  /** Ends its input and waits for the end of `run`. */
  async leave(): Promise<number | null> {
    this.child.stdin.end();
    return (await this.exited).code;
  }

  messages(): Message[] {
    return this.lines.flatMap((line) => {
      try {
        return [JSON.parse(line) as Message];
      } catch {
        return [];
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }

  async #until<Value>(find: () => Value | undefined, what: string, milliseconds: number): Promise<Value> {
    const deadline = performance.now() + milliseconds;
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      const left = deadline - performance.now();
      const ended = this.child.exitCode !== null || this.child.signalCode !== null;
      if (left <= 0 || (ended && this.child.stdout.closed)) {
        throw new Error(`no ${what}${ended ? `: run ended with ${this.child.exitCode ?? this.child.signalCode}` : ` within ${milliseconds} ms`}; stdout: ${this.lines.slice(-5).join('\n').slice(-2000)}; stderr: ${this.stderr.slice(-2000)}`);
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(left, 1000));
        this.#waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** Waits until something holds, asked every 50 ms. */
export async function eventually<Value>(what: string, ask: () => Promise<Value | undefined | false>, milliseconds = 30_000): Promise<Value> {
  const deadline = performance.now() + milliseconds;
  for (;;) {
    const value = await ask();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`not within ${milliseconds} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
