export interface Interrupt {
  readonly signal: 'SIGINT' | 'SIGTERM';
  readonly exitCode: 130 | 143;
}

const EXITS = { SIGINT: 130, SIGTERM: 143 } as const satisfies Record<Interrupt['signal'], Interrupt['exitCode']>;

/** The part of a process that interrupts come through. */
export interface InterruptedProcess {
  on(event: Interrupt['signal'], listener: () => void): unknown;
  off(event: Interrupt['signal'], listener: () => void): unknown;
  exit(code: number): never;
}

/** The first SIGINT or SIGTERM aborts the use case, which cleans up after itself; the second one ends the process at once. */
export class Interrupts implements Disposable {
  readonly #process: InterruptedProcess;
  readonly #controller = new AbortController();
  readonly #listeners: readonly (readonly [Interrupt['signal'], () => void])[];
  #first: Interrupt | undefined;

  constructor(process: InterruptedProcess) {
    this.#process = process;
    this.#listeners = (['SIGINT', 'SIGTERM'] as const).map((signal) => [signal, () => this.#receive(signal)]);
    for (const [signal, listener] of this.#listeners) process.on(signal, listener);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get received(): Interrupt | undefined {
    return this.#first;
  }

  /** Ends the work without an interrupt: nobody reads our output any more. */
  abort(): void {
    this.#controller.abort();
  }

  [Symbol.dispose](): void {
    for (const [signal, listener] of this.#listeners) this.#process.off(signal, listener);
  }

  #receive(signal: Interrupt['signal']): void {
    if (this.#first !== undefined) this.#process.exit(EXITS[signal]);
    this.#first = { signal, exitCode: EXITS[signal] };
    this.#controller.abort(new DOMException(`Interrupted by ${signal}`, 'AbortError'));
  }
}
