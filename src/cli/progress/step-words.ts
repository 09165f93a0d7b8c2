import type { ProgressEvent } from '../../domain/progress.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { paint } from '../../ui/screen.ts';
import type { Screen, Style } from '../../ui/screen.ts';

export type StepEnded = Extract<ProgressEvent, { type: 'step-ended' }>;

const MARKS = {
  passed: ['✓', 'green'], warned: ['!', 'yellow'], failed: ['✗', 'red'], skipped: ['-', 'dim'],
} as const satisfies Record<StepEnded['outcome'], readonly [string, Style]>;

/** «Downloading postgres-mcp...» */
export function startedWords(label: string): string {
  return `${sanitizeLine(label, 200).replace(/(?:\.{3}|…)$/, '')}...`;
}

/** «✓ Built 93 packages into an image (1m 05s)» */
export function endedWords(event: StepEnded, fallback: string, screen: Screen): string {
  const [mark, style] = MARKS[event.outcome];
  const time = elapsed(event.milliseconds);
  return `${paint(screen, style, mark)} ${sanitizeLine(event.label === '' ? fallback : event.label)}${time === '' ? '' : paint(screen, 'dim', ` (${time})`)}`;
}

/** What a commit, an enable or a removal brought about is the command's result: stdout says it. */
export function saidByResult(event: StepEnded): boolean {
  return event.outcome === 'passed' && (event.step === 'commit' || event.step === 'enable' || event.step === 'remove');
}

export function elapsed(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < 1) return '';
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m ${String(seconds % 60).padStart(2, '0')}s`;
}
