import type { DiscoveryAttempt } from '../domain/container-engine.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { DoctorCheck, DoctorReport } from '../servers/doctor-report.ts';
import { fields } from './fields.ts';
import { paint } from './screen.ts';
import type { Screen, Style } from './screen.ts';
import { wrapText } from './text-width.ts';

const MARKS = { ok: ['✓', 'green'], warning: ['!', 'yellow'], problem: ['✗', 'red'] } as const satisfies Record<DoctorCheck['outcome'], readonly [string, Style]>;
const OUTCOMES = { won: 'used', 'not-applicable': 'not here', failed: 'failed', 'not-tried': 'not tried' } as const satisfies Record<DiscoveryAttempt['outcome'], string>;

export function doctorView(report: DoctorReport, screen: Screen): string {
  // Where one was found the rest is of no use to somebody who reads; --json has it.
  const found = report.discovery.some(({ outcome }) => outcome === 'won');
  const discovery = found || report.discovery.length === 0 ? [] : [
    paint(screen, 'bold', 'Where an engine was looked for'),
    fields(report.discovery.map(({ strategy, outcome, reason }) => [sanitizeLine(strategy, 40), [`${OUTCOMES[outcome]}${reason === '' ? '' : `: ${reason}`}`]]), screen),
  ];
  const verdict = report.healthy ? `${paint(screen, 'green', '✓')} All is well` : `${paint(screen, 'red', '✗')} Something needs you: see above what to type`;
  return [...report.checks.flatMap((check) => checkLines(check, screen)), ...discovery, verdict].join('\n');
}

function checkLines(check: DoctorCheck, screen: Screen): string[] {
  const [mark, style] = MARKS[check.outcome];
  const room = Math.max(20, screen.columns - 2);
  const [first = '', ...rest] = wrapText(`${sanitizeLine(check.name, 60)}: ${sanitizeLine(check.text)}`, room);
  return [
    `${paint(screen, style, mark)} ${first}`,
    ...rest.map((line) => `  ${line}`),
    ...check.suggestions.flatMap((text) => wrapText(sanitizeLine(text), room)).map((line) => paint(screen, 'dim', `  ${line}`)),
  ];
}
