import { CcMcpError } from './errors.ts';
import { sanitizeLine } from './sanitize.ts';

/** A day of UTC, `2025-05-16`. As of it means: with all that was published until its end. */
export type Day = string & { readonly __brand: 'Day' };

const MILLISECONDS = 24 * 60 * 60 * 1000;

export function isDay(text: string): text is Day {
  return /^(?:19|20)\d\d-\d\d-\d\d$/.test(text) && dayOf(`${text}T00:00:00Z`) === text;
}

/** Throws INVALID_VALUE for what is no day that has begun. */
export function parseDay(text: string, now: number): Day {
  if (!isDay(text)) throw new CcMcpError('INVALID_VALUE', `"${sanitizeLine(text, 40)}" is not a day: it is written YYYY-MM-DD`, { suggestions: ['--as-of 2025-05-16'] });
  if (startOf(text) > now) throw new CcMcpError('INVALID_VALUE', `${text} has not come yet`, { suggestions: ['Leave --as-of away for the newest'] });
  return text;
}

/** The day of a moment in milliseconds since the epoch. */
export function dayAt(milliseconds: number): Day {
  return new Date(milliseconds).toISOString().slice(0, 10) as Day;
}

/** The day of a moment in ISO 8601; undefined for what is none. */
export function dayOf(moment: string): Day | undefined {
  const milliseconds = Date.parse(moment);
  return Number.isNaN(milliseconds) ? undefined : dayAt(milliseconds);
}

/** The first moment after it, ISO 8601: what was published before that was published until its end. */
export function endOf(day: Day): string {
  return new Date(startOf(day) + MILLISECONDS).toISOString();
}

/** The day in the middle of two, rounded down; undefined where none is between them. */
export function dayBetween(earlier: Day, later: Day): Day | undefined {
  const days = Math.round((startOf(later) - startOf(earlier)) / MILLISECONDS);
  return days < 2 ? undefined : dayAt(startOf(earlier) + Math.floor(days / 2) * MILLISECONDS);
}

function startOf(day: Day): number {
  return Date.parse(`${day}T00:00:00Z`);
}
