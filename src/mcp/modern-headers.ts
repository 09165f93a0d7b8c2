import type { RpcMessage } from './rpc-message.ts';

const VERSION_KEY = 'io.modelcontextprotocol/protocolVersion';
/** What names the thing that a method is about. */
const NAMED_BY: Readonly<Record<string, string>> = { 'tools/call': 'name', 'prompts/get': 'name', 'resources/read': 'uri' };
const HEADER_KEY = 'x-mcp-header';
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

interface Declared {
  readonly header: string;
  readonly path: readonly string[];
}

/** The version that a request of 2026-07-28 or later carries; undefined: it is of the older era. */
export function modernVersion({ params }: RpcMessage): string | undefined {
  const version = recordOf(params?.['_meta'])?.[VERSION_KEY];
  return typeof version === 'string' ? version : undefined;
}

/** Headers that a request of the newer era needs over HTTP, beside what its body says. Arguments that a tool wants there follow from what it was listed with. */
export class ModernHeaders {
  readonly #tools = new Map<string, readonly Declared[]>();

  of(message: RpcMessage, version: string): Record<string, string> {
    const { method = '', params } = message;
    const name = params?.[NAMED_BY[method] ?? ''];
    const declared = method === 'tools/call' && typeof name === 'string' ? (this.#tools.get(name) ?? []) : [];
    return {
      'mcp-protocol-version': version,
      'mcp-method': method,
      ...(typeof name === 'string' ? { 'mcp-name': encoded(name) } : {}),
      ...Object.fromEntries(declared.flatMap(({ header, path }) => {
        const value = valueText(path.reduce<unknown>((node, key) => recordOf(node)?.[key], params?.['arguments']));
        return value === undefined ? [] : [[`mcp-param-${header}`, encoded(value)]];
      })),
    };
  }

  /** Looks at an answer for tools that want arguments in headers. */
  learn(text: string): void {
    if (!text.includes(HEADER_KEY)) return;
    const tools = recordOf(recordOf(JSON.parse(text))?.['result'])?.['tools'];
    for (const tool of Array.isArray(tools) ? tools : []) {
      const { name, inputSchema } = recordOf(tool) ?? {};
      if (typeof name === 'string') this.#tools.set(name, declaredIn(inputSchema, []));
    }
  }
}

function declaredIn(schema: unknown, path: readonly string[]): Declared[] {
  const node = recordOf(schema);
  const header = node?.[HEADER_KEY];
  return [
    ...(path.length > 0 && typeof header === 'string' && TOKEN.test(header) ? [{ header, path }] : []),
    ...Object.entries(recordOf(node?.['properties']) ?? {}).flatMap(([key, child]) => declaredIn(child, [...path, key])),
  ];
}

function valueText(value: unknown): string | undefined {
  if (typeof value === 'string' || typeof value === 'boolean') return String(value);
  return typeof value === 'number' && Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value)) ? String(value) : undefined;
}

/** What is no plain text goes in base64, marked so. */
function encoded(value: string): string {
  const isPlain = /^[\t\x20-\x7e]+$/.test(value) && value === value.trim() && !/^=\?base64\?.*\?=$/.test(value);
  return isPlain ? value : `=?base64?${Buffer.from(value).toString('base64')}?=`;
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : undefined;
}
