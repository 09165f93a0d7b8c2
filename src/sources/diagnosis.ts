import { CcMcpError } from '../domain/errors.ts';
import type { ErrorCode } from '../domain/errors.ts';
import { sanitizeLine } from '../domain/sanitize.ts';

/** What a resolver's output says of why it failed. */
export interface Diagnosis {
  readonly code: ErrorCode;
  readonly message: string;
  readonly suggestions: readonly string[];
}

const LAST_LINES = 40;

/** As an error, with the end of the output for whoever wants to look. */
export function failureOf({ code, message, suggestions }: Diagnosis, packageName: string, output: readonly string[]): CcMcpError {
  return new CcMcpError(code, message, { suggestions, details: { package: packageName, log: lastLines(output) } });
}

function lastLines(output: readonly string[]): readonly string[] {
  return output.map((line) => sanitizeLine(line, 1000)).filter((line) => line !== '').slice(-LAST_LINES);
}

export const NETWORK: Pick<Diagnosis, 'code' | 'suggestions'> = { code: 'SOURCE_UNREACHABLE', suggestions: ['Check the network and the registry of your configuration, then try again'] };
export const CERTIFICATE: Pick<Diagnosis, 'code' | 'suggestions'> = { code: 'SOURCE_UNREACHABLE', suggestions: ['Name your network\'s certificate with NODE_EXTRA_CA_CERTS or SSL_CERT_FILE, then try again'] };
