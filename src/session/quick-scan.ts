import type { ScannedMessage } from './message-scanner.ts';

const HEAD_BYTES = 192;
const TAIL_BYTES = 192;
const ID = String.raw`("(?:[^"\\]|\\.)*"|-?[0-9][-+.eE0-9]*)`;
/** The first members of a message, for as long as they are of a kind that needs no counting of braces. */
const HEAD = new RegExp(String.raw`^\{(?:"jsonrpc":"2\.0",)?(?:"id":${ID},)?"(?:(method)":"([^"\\]*)"|(result|error)":)(?:,"id":${ID}[,}])?`);
/** Members at the very end of a line are top-level ones: the last brace closes the message. */
const TAIL = new RegExp(String.raw`,"id":${ID}(?:,"jsonrpc":"2\.0")?\}\r?$`);

/**
 * What is known of a whole line by its first and last members alone, in the spellings that SDKs write. Undefined: it takes the
 * scanner to say.
 */
export function quickScan(bytes: Buffer, start: number, end: number): ScannedMessage | undefined {
  const length = end - start;
  const whole = length <= HEAD_BYTES + TAIL_BYTES;
  const head = bytes.toString('latin1', start, whole ? end : start + HEAD_BYTES);
  const found = HEAD.exec(head);
  if (found === null) return undefined;
  const method = found[2] === undefined ? undefined : found[3];
  let id = found[1] ?? found[5];
  if (id === undefined) {
    id = TAIL.exec(whole ? head : bytes.toString('latin1', end - TAIL_BYTES, end))?.[1];
    if (id === undefined) return undefined;
  }
  if (!isAscii(id) || (method !== undefined && !isAscii(method))) return undefined;
  return { id, method, isAnswer: method === undefined, failed: found[4] === 'error' };
}

function isAscii(text: string): boolean {
  return !/[^\0-\x7f]/.test(text);
}
