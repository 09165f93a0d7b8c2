import type { RpcMessage } from './rpc-message.ts';

/** How a client of the older era introduced itself: for a server that was started again and knows it no more. */
export class Handshake {
  #lines: { readonly line: Buffer; readonly message: RpcMessage }[] = [];
  #repeating: Promise<void> | undefined;

  see(line: Buffer, message: RpcMessage): void {
    if (message.method === 'initialize') this.#lines = [{ line, message }];
    else if (message.method === 'notifications/initialized' && this.#lines.length === 1) this.#lines.push({ line, message });
  }

  get isOver(): boolean {
    return this.#lines.length === 2;
  }

  /** Once, for all who found out at the same time. */
  repeat(send: (line: Buffer, message: RpcMessage) => Promise<void>): Promise<void> {
    this.#repeating ??= this.#repeat(send).finally(() => (this.#repeating = undefined));
    return this.#repeating;
  }

  async #repeat(send: (line: Buffer, message: RpcMessage) => Promise<void>): Promise<void> {
    for (const { line, message } of this.#lines) await send(line, message);
  }
}
