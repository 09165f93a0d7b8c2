import { CcMcpError } from '../../domain/errors.ts';

/** The number of a TCP port. */
export function parsePort(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text) || Number(text) > 65_535) throw new CcMcpError('INVALID_VALUE', `"${text.slice(0, 20)}" is not a port: 1 to 65535`);
  return Number(text);
}
