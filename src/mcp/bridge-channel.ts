import type { ByteListener } from '../domain/byte-channel.ts';
import type { ServiceChannel } from '../domain/service-door.ts';
import { messagesOf, type RpcMessage } from './rpc-message.ts';

/** One transport of MCP over HTTP, seen from a client that speaks in lines. */
export interface Bridge {
  /** Carries one line; resolves when the next may follow it. Never fails: what goes wrong is answered. */
  carry(line: Buffer, messages: readonly RpcMessage[]): Promise<void>;
  /** Resolves when every call is answered. */
  settled(): Promise<void>;
  end(): Promise<void>;
}

export type WriteLine = (line: string) => void;

const NEWLINE = 0x0a;
const EMPTY = Buffer.alloc(0);

/** Lines of a client as bytes on one side, a bridge on the other. Answers wait here while nobody takes them. */
export function bridgeChannel(open: (write: WriteLine) => Bridge): ServiceChannel {
  const over = Promise.withResolvers<void>();
  let listener: ByteListener | undefined;
  let waiting: Buffer[] = [];
  let isPaused = false;
  let rest: Buffer = EMPTY;
  let last: Promise<void> = Promise.resolve();
  let inTurn = 0;
  const flush = (): void => {
    if (listener === undefined || isPaused || waiting.length === 0) return;
    const pieces = waiting;
    waiting = [];
    listener(pieces);
  };
  const bridge = open((line) => {
    waiting.push(Buffer.from(line));
    flush();
  });
  const carry = (line: Buffer): void => {
    const text = line.toString('utf8').trim();
    if (text === '') return;
    const messages = messagesOf(text);
    if (messages === undefined) {
      waiting.push(Buffer.from('{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"cc-mcp: this line is no JSON"}}\n'));
      return flush();
    }
    // Nobody is before it: it goes at once.
    const turn = inTurn === 0 ? bridge.carry(line, messages) : last.then(() => bridge.carry(line, messages));
    inTurn += 1;
    last = turn.finally(() => (inTurn -= 1));
  };
  return {
    onBytes(given) {
      listener = given;
      flush();
    },
    pause() {
      isPaused = true;
    },
    resume() {
      isPaused = false;
      flush();
    },
    ended: over.promise,
    close: () => over.resolve(),
    write(pieces) {
      for (const piece of pieces) {
        const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
        let start = 0;
        for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, start)) {
          // Copied: what it lies in is filled again.
          carry(rest.length === 0 ? Buffer.from(bytes.subarray(start, at)) : Buffer.concat([rest, bytes.subarray(start, at)]));
          rest = EMPTY;
          start = at + 1;
        }
        if (start < bytes.length) rest = Buffer.concat([rest, bytes.subarray(start)]);
      }
      return true;
    },
    drained: () => Promise.resolve(),
    isFlushed: () => true,
    async settled() {
      // The last line of a script may lack its newline.
      if (rest.length > 0) carry(rest);
      rest = EMPTY;
      while (inTurn > 0) await last;
      await bridge.settled();
    },
    async end() {
      await bridge.end();
      over.resolve();
    },
    broken: new Promise(() => {}),
  };
}
