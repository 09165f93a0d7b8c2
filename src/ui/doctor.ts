import type { DiscoveryAttempt } from '../domain/container-engine.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { DoctorCheck, DoctorReport } from '../servers/doctor-report.ts';
import { fields } from './fields.ts';
import { paint } from './screen.ts';
import type { Screen, Style } from './screen.ts';

const MARKS = { ok: ['✓', 'green'], warning: ['!', 'yellow'], problem: ['✗', 'red'] } as const satisfies Record<DoctorCheck['outcome'], readonly [string, Style]>;
const OUTCOMES = { won: 'used', 'not-applicable': 'not here', failed: 'failed', 'not-tried': 'not tried' } as const satisfies Record<DiscoveryAttempt['outcome'], string>;

export function doctorView(report: DoctorReport, screen: Screen): string {
  const discovery = report.discovery.length === 0 ? [] : [
    paint(screen, 'bold', 'Where an engine was looked for'),
    fields(report.discovery.map(({ strategy, outcome, reason }) => [sanitizeLine(strategy, 40), [`${OUTCOMES[outcome]}${reason === '' ? '' : `: ${reason}`}`]]), screen),
  ];
  const verdict = report.healthy ? `${paint(screen, 'green', '✓')} All is well` : `${paint(screen, 'red', '✗')} Something needs you: see above what to type`;
  return [...report.checks.flatMap((check) => checkLines(check, screen)), ...discovery, verdict].join('\n');
}

function checkLines(check: DoctorCheck, screen: Screen): string[] {
  const [mark, style] = MARKS[check.outcome];
  return [
    `${paint(screen, style, mark)} ${sanitizeLine(check.name, 60)}: ${sanitizeLine(check.text)}`,
    ...check.suggestions.map((text) => paint(screen, 'dim', `  ${sanitizeLine(text)}`)),
  ];
}
