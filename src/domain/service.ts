import { CcMcpError } from './errors.ts';

/** How a server that listens speaks: streamable HTTP, or the HTTP with SSE of 2024. */
export type ServiceTransport = 'http' | 'sse';

/** A server that listens instead of reading its stdin, as its user knows it: what is left out the gate finds. */
export interface WantedService {
  readonly transport: ServiceTransport;
  /** Inside its container. */
  readonly port?: number;
  readonly path?: string;
}

/** Where it answers inside its container. */
export interface ServiceAddress extends WantedService {
  readonly port: number;
  readonly path: string;
}

/** Where servers of each kind usually answer, the most usual first. */
export const USUAL_PATHS = { http: ['/mcp', '/', '/mcp/'], sse: ['/sse', '/mcp/sse'] } as const satisfies Record<ServiceTransport, readonly string[]>;

/** What is there, with what somebody asks for in its place. Of another transport nothing of it holds. */
export function withAsked(there: WantedService | undefined, asked: Partial<WantedService>): WantedService {
  const kept = asked.transport === undefined || asked.transport === there?.transport ? there : undefined;
  return { transport: 'http', ...kept, ...asked };
}

export function parseServicePath(text: string): string {
  if (isServicePath(text)) return text;
  throw new CcMcpError('INVALID_VALUE', `"${text.slice(0, 80)}" is not the path of an address: it begins with / and has no spaces`);
}

export function isServicePath(text: string): boolean {
  return /^\/[!-~]{0,200}$/.test(text) && !/[\\#]/.test(text);
}

/** For people: `http, port 3001, /mcp`. */
export function describeService({ transport, port, path }: WantedService): string {
  return [transport === 'http' ? 'streamable HTTP' : 'HTTP with SSE', ...(port === undefined ? [] : [`port ${port}`]), ...(path === undefined ? [] : [path])].join(', ');
}

/** Where its front answers on this machine. */
export function serviceUrl({ outerPort, path }: { readonly outerPort: number; readonly path: string }): string {
  return `http://127.0.0.1:${outerPort}${path}`;
}
