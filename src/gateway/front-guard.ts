import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface GuardOptions {
  /** Of this machine's loopback: what a client's Host must name. */
  readonly outerPort: number;
  /** SHA-256 (hex) of the token. */
  readonly tokenHash: string;
}

export interface Refusal {
  readonly status: 400 | 401 | 403;
  readonly reason: string;
}

/**
 * Why a request does not pass. A page in a browser reaches this machine's loopback too: its Origin gives it away, and a name that was
 * made to lead here gives itself away in Host. Everybody else needs the token.
 */
export function refusalOf(request: Pick<IncomingMessage, 'url' | 'headers' | 'headersDistinct'>, { outerPort, tokenHash }: GuardOptions): Refusal | undefined {
  const own = [`127.0.0.1:${outerPort}`, `localhost:${outerPort}`];
  const { host = [], origin, authorization = [] } = request.headersDistinct;
  if (request.url?.startsWith('/') !== true) return { status: 400, reason: 'only a path can be asked for' };
  if (host.length !== 1 || !own.includes(host[0]?.toLowerCase() ?? '')) return { status: 403, reason: 'this Host is not served here' };
  if (origin !== undefined && !origin.every((value) => own.some((name) => value.toLowerCase() === `http://${name}`))) return { status: 403, reason: 'this Origin may not ask' };
  const [given = ''] = authorization;
  const token = /^Bearer +(\S+)$/i.exec(given)?.[1];
  if (token === undefined || authorization.length !== 1) return { status: 401, reason: 'a bearer token is needed' };
  return timingSafeEqual(createHash('sha256').update(token).digest(), Buffer.from(tokenHash, 'hex')) ? undefined : { status: 401, reason: 'this bearer token is not the one' };
}
