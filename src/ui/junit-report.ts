import type { GateReport, GateStep } from '../domain/gate-report.ts';
import { sanitize, sanitizeLine } from '../domain/sanitize.ts';

/** The gate as CI servers read tests: a case per step. What only warned passed there, and says so in its output. */
export function junitReport({ target, gate }: { readonly target: string; readonly gate: GateReport }): string {
  const { steps } = gate;
  const count = (outcome: GateStep['outcome']): string => String(steps.filter((step) => step.outcome === outcome).length);
  const sums = { tests: String(steps.length), failures: count('failed'), errors: '0', skipped: count('skipped'), time: seconds(steps.reduce((sum, { milliseconds }) => sum + milliseconds, 0)) };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'cc-mcp test', ...sums })}>`,
    `  <testsuite${attributes({ name: target, ...sums })}>`,
    ...properties(gate),
    ...steps.flatMap((step) => testCase(target, step)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function properties({ outcome, proven }: GateReport): readonly string[] {
  const known = { outcome, ...(proven && { server: `${proven.serverName} ${proven.serverVersion}`, protocol: proven.protocolVersion, tools: String(Object.keys(proven.tools).length) }) };
  return ['    <properties>', ...Object.entries(known).map(([name, value]) => `      <property${attributes({ name, value })}/>`), '    </properties>'];
}

function testCase(target: string, step: GateStep): readonly string[] {
  const opening = `    <testcase${attributes({ classname: target, name: step.title, time: seconds(step.milliseconds) })}`;
  const inside = outcomeOf(step);
  return inside === undefined ? [`${opening}/>`] : [`${opening}>`, `      ${inside}`, '    </testcase>'];
}

function outcomeOf({ step, outcome, reason, suggestions }: GateStep): string | undefined {
  const text = [reason, ...suggestions].filter((line) => line !== '').join('\n');
  switch (outcome) {
    case 'passed': return text === '' ? undefined : `<system-out>${escaped(sanitize(text))}</system-out>`;
    case 'warned': return `<system-out>${escaped(sanitize(`Warning: ${text}`))}</system-out>`;
    case 'skipped': return `<skipped${attributes({ message: reason })}/>`;
    case 'failed': return `<failure${attributes({ message: reason, type: step })}>${escaped(sanitize(text))}</failure>`;
    default: return outcome satisfies never;
  }
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values).map(([name, value]) => ` ${name}="${escaped(sanitizeLine(value, 1000))}"`).join('');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&apos;' };

/** Half of a pair and the two non-characters have no place in XML, escaped or not. */
function escaped(text: string): string {
  return text.toWellFormed().replaceAll(/[\uFFFE\uFFFF]/g, '\uFFFD').replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
