import { sanitizeLine } from '../domain/sanitize.ts';
import { paint } from './screen.ts';
import type { Screen } from './screen.ts';

export interface LogLineProps {
  readonly time: string;
  readonly session: string;
  readonly text: string;
}

const LONGEST = 64 * 1024;

export function logLineView({ time, session, text }: LogLineProps, timestamps: boolean, screen: Screen): string {
  const line = sanitizeLine(text, LONGEST);
  return timestamps ? `${paint(screen, 'dim', `${sanitizeLine(time, 40)} ${sanitizeLine(session, 40)}`)} ${line}` : line;
}
