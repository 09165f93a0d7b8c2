import type { GateReport, GateStep } from '../domain/gate-report.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import { paint } from './screen.ts';
import type { Screen } from './screen.ts';

export interface GateViewProps {
  readonly target: string;
  readonly gate: GateReport;
  /** Progress has shown the steps on the same terminal: only what did not simply pass is said again. */
  readonly stepsShown: boolean;
}

export function gateReportView({ target, gate, stepsShown }: GateViewProps, screen: Screen): string {
  const steps = gate.steps.filter(({ outcome }) => !stepsShown || outcome === 'failed');
  return [...steps.flatMap((step) => stepLines(step, screen)), summary(target, gate, screen)].join('\n');
}

function stepLines(step: GateStep, screen: Screen): string[] {
  const title = sanitizeLine(step.title);
  const reason = sanitizeLine(step.reason);
  const remark = reason === '' ? '' : ` (${reason})`;
  switch (step.outcome) {
    case 'passed': return [`${paint(screen, 'green', '✓')} ${title} passed${remark}`];
    case 'warned': return [`${paint(screen, 'yellow', '!')} ${title}: ${reason}`, ...suggestions(step, screen)];
    case 'skipped': return [`${paint(screen, 'dim', '-')} ${title} skipped${remark}`];
    case 'failed': return [`${paint(screen, 'red', '✗')} ${title} failed${reason === '' ? '' : `: ${reason}`}`, ...suggestions(step, screen)];
    default: return step.outcome satisfies never;
  }
}

function suggestions(step: GateStep, screen: Screen): string[] {
  return step.suggestions.map((text) => paint(screen, 'dim', `  ${sanitizeLine(text)}`));
}

function summary(target: string, gate: GateReport, screen: Screen): string {
  const name = sanitizeLine(target);
  const seconds = (gate.milliseconds / 1000).toFixed(1);
  const server = gate.proven === undefined ? '' : ` (${proven(gate.proven)}, ${seconds} s)`;
  switch (gate.outcome) {
    case 'passed': return `${paint(screen, 'green', '✓')} ${name} passes the gate${server}`;
    case 'warned': return `${paint(screen, 'yellow', '!')} ${name} passes the gate with warnings${server}`;
    case 'failed': return `${paint(screen, 'red', '✗')} ${name} fails the gate`;
    default: return gate.outcome satisfies never;
  }
}

function proven({ serverName, serverVersion, tools }: NonNullable<GateReport['proven']>): string {
  const count = Object.keys(tools).length;
  return `${sanitizeLine(`${serverName} ${serverVersion}`, 80)}, ${count} ${count === 1 ? 'tool' : 'tools'}`;
}
