import { CcMcpError } from '../../domain/errors.ts';

/** A whole number that is not negative. */
export function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new CcMcpError('INVALID_VALUE', `"${text}" is not a whole number`);
  return Number(text);
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of `30s`, `10m`, `2h`, `1d`, or of several in a row (`1h30m`). */
export function parseDuration(text: string): number {
  const parts = [...text.matchAll(/(\d{1,6})([smhd])/g)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== text) {
    throw new CcMcpError('INVALID_VALUE', `"${text}" is not a duration: write it like 30s, 10m or 2h`);
  }
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit ?? ''] ?? 0), 0);
}
