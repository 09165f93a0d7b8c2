import { parseJson } from '../domain/parse-json.ts';

/** What the bridge must know of one line of a client or a server. */
export interface RpcMessage {
  readonly id?: string | number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: unknown;
  readonly error?: unknown;
}

/** The messages of a line: one, or those of a batch (2025-03-26). Undefined: it is no JSON-RPC. */
export function messagesOf(text: string): readonly RpcMessage[] | undefined {
  const value = parseJson(text);
  const messages = Array.isArray(value) ? value : [value];
  return messages.length > 0 && messages.every((message) => typeof message === 'object' && message !== null) ? (messages as RpcMessage[]) : undefined;
}

function isRequest({ id, method }: RpcMessage): boolean {
  return method !== undefined && id !== undefined && id !== null;
}

/** Ids of the calls among them, which somebody waits for. */
export function callIds(messages: readonly RpcMessage[]): Set<string | number> {
  return new Set(messages.filter(isRequest).flatMap(({ id }) => id ?? []));
}

/** One line, whatever line breaks a server puts into its JSON. */
export function asLine(text: string): string {
  if (!/[\r\n]/.test(text)) return `${text}\n`;
  const value = parseJson(text);
  return value === undefined ? `${text.replaceAll(/[\r\n]+/g, ' ')}\n` : `${JSON.stringify(value)}\n`;
}

export function errorLine(id: string | number, error: object): string {
  return `${JSON.stringify({ jsonrpc: '2.0', id, error })}\n`;
}
