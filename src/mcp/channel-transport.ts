import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/client';
import type { ChannelEnd, StdioChannel } from './stdio-channel.ts';

/** One SDK client's turn on a channel: closing it lets go of the channel and leaves the server as it is. */
export class ChannelTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: NonNullable<Transport['onmessage']>;
  readonly #channel: StdioChannel;
  #open = false;

  constructor(channel: StdioChannel) {
    this.#channel = channel;
  }

  async start(): Promise<void> {
    this.#open = true;
    this.#channel.listen({
      // The SDK checks each message itself.
      message: (message) => this.onmessage?.(message as JSONRPCMessage),
      end: (_end: ChannelEnd) => this.#close(),
    });
  }

  send(message: JSONRPCMessage): Promise<void> {
    return this.#channel.send(message);
  }

  async close(): Promise<void> {
    if (this.#open) this.#channel.listen(undefined);
    this.#close();
  }

  #close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.onclose?.();
  }
}
