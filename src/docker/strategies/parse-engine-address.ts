import { join } from 'node:path';
import type { EngineAddress } from '../../domain/container-engine.ts';
import { CcMcpError } from '../../domain/errors.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import type { Surroundings } from './engine-strategy.ts';

const EXAMPLES = 'Write it like unix:///var/run/docker.sock or tcp://host:2376';

/** An address as users and DOCKER_HOST write it; a bare absolute path is a socket's. `origin` is named in an error. */
export function parseEngineAddress(text: string, origin: string, { environment, homeFolder }: Surroundings): EngineAddress {
  if (text.startsWith('/')) return { kind: 'unix', path: text };
  const match = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i.exec(text);
  const scheme = match?.[1]?.toLowerCase() ?? '';
  const rest = match?.[2] ?? '';
  switch (scheme) {
    case 'unix':
      if (!rest.startsWith('/')) break;
      return { kind: 'unix', path: rest };
    case 'tcp':
    case 'http':
    case 'https': {
      const tls = scheme === 'https' || (environment['DOCKER_TLS_VERIFY'] ?? '') !== '';
      const certificates = environment['DOCKER_CERT_PATH'] || join(homeFolder, '.docker');
      return tcpAddress(rest, origin, tls ? certificatesIn(certificates) : undefined);
    }
    case 'ssh':
      throw new CcMcpError('UNSUPPORTED', `${origin} names an engine behind ssh, which cc-mcp cannot use yet: ${sanitizeLine(text, 100)}`, {
        suggestions: ['Forward its socket (ssh -NL /tmp/docker.sock:/var/run/docker.sock HOST) and use --engine unix:///tmp/docker.sock'],
      });
    case 'npipe':
      throw new CcMcpError('UNSUPPORTED', `${origin} names a Windows pipe: cc-mcp runs inside WSL 2`, { suggestions: [EXAMPLES] });
  }
  throw new CcMcpError('INVALID_VALUE', `${origin} is not an address of an engine: "${sanitizeLine(text, 100)}"`, { suggestions: [EXAMPLES] });
}

type Certificates = NonNullable<Extract<EngineAddress, { kind: 'tcp' }>['tls']>;

/** The names that docker gives them in a folder. */
export function certificatesIn(folder: string): Certificates {
  return { ca: join(folder, 'ca.pem'), cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
}

function tcpAddress(text: string, origin: string, tls: Certificates | undefined): EngineAddress {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::(\d{1,5}))?\/?$/i.exec(text);
  const port = Number(match?.[2] ?? (tls === undefined ? 2375 : 2376));
  if (match === null || port < 1 || port > 65_535) {
    throw new CcMcpError('INVALID_VALUE', `${origin} is not host and port of an engine: "${sanitizeLine(text, 100)}"`, { suggestions: [EXAMPLES] });
  }
  const host = (match[1] ?? '').replaceAll(/[[\]]/g, '');
  return { kind: 'tcp', host, port, ...(tls === undefined ? {} : { tls }) };
}
