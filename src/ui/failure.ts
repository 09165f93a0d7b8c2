import { sanitize, sanitizeLine } from '../domain/sanitize.ts';
import { paint } from './screen.ts';
import type { Screen } from './screen.ts';

export interface FailureProps {
  readonly message: string;
  readonly suggestions: readonly string[];
  /** Last lines of a build or of a server, where the failure has some. */
  readonly log: readonly string[];
}

export function failureView({ message, suggestions, log }: FailureProps, screen: Screen): string {
  return [
    ...log.map((line) => paint(screen, 'dim', `  ${sanitizeLine(line)}`)),
    `${paint(screen, 'red', 'Error:')} ${sanitize(message).trimEnd()}`,
    ...suggestions.map((text) => `  ${paint(screen, 'dim', 'Try:')} ${sanitizeLine(text)}`),
  ].join('\n');
}

export function warningView(text: string, screen: Screen): string {
  return `${paint(screen, 'yellow', 'Warning:')} ${sanitizeLine(text)}`;
}
