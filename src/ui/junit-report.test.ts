import { expect, it } from 'vitest';
import { parseXml } from '../../test/support/strict-xml.ts';
import type { GateReport, GateStep } from '../domain/gate-report.ts';
import { junitReport } from './junit-report.ts';

const step = (part: Partial<GateStep>): GateStep => ({ step: 'connection', outcome: 'passed', title: 'Connection test', reason: '', suggestions: [], milliseconds: 1234, ...part });
const report = (steps: readonly GateStep[], more: Partial<GateReport> = {}) => parseXml(junitReport({ target: 'npm:@a/b', gate: { outcome: 'failed', steps, milliseconds: 0, ...more } }));

it('has a case for each step, with its time, and the sums that CI servers show', () => {
  const proven = { era: 'legacy', protocolVersion: '2025-11-25', serverName: 's', serverVersion: '1', tools: { a: 'x' }, resources: 0, prompts: 0 } as const;
  const root = report([
    step({}),
    step({ step: 'capabilities', title: 'Capability test', reason: '3 tools' }),
    step({ step: 'calls', title: 'Query test', outcome: 'skipped', reason: 'use --test', milliseconds: 0 }),
    step({ step: 'security', title: 'Security checks', outcome: 'failed', reason: 'its root is writable', suggestions: ['Look with cc-mcp doctor'] }),
    step({ step: 'shutdown', title: 'Shutdown test', outcome: 'warned', reason: 'it runs on' }),
  ], { proven });
  const sums = { tests: '5', failures: '1', errors: '0', skipped: '1', time: '4.936' };
  expect(root).toMatchObject({ name: 'testsuites', attributes: { name: 'cc-mcp test', ...sums } });
  const [suite] = root.children;
  expect(suite).toMatchObject({ name: 'testsuite', attributes: { name: 'npm:@a/b', ...sums } });
  const [properties, ...cases] = suite?.children ?? [];
  expect(properties?.children.map(({ attributes }) => [attributes['name'], attributes['value']])).toEqual([['outcome', 'failed'], ['server', 's 1'], ['protocol', '2025-11-25'], ['tools', '1']]);
  expect(cases.map(({ name, attributes, children }) => [name, attributes['classname'], attributes['name'], attributes['time'], children.map((child) => [child.name, child.attributes['message'] ?? '', child.text])])).toEqual([
    ['testcase', 'npm:@a/b', 'Connection test', '1.234', []],
    ['testcase', 'npm:@a/b', 'Capability test', '1.234', [['system-out', '', '3 tools']]],
    ['testcase', 'npm:@a/b', 'Query test', '0.000', [['skipped', 'use --test', '']]],
    ['testcase', 'npm:@a/b', 'Security checks', '1.234', [['failure', 'its root is writable', 'its root is writable\nLook with cc-mcp doctor']]],
    ['testcase', 'npm:@a/b', 'Shutdown test', '1.234', [['system-out', '', 'Warning: it runs on']]],
  ]);
});

it('is well-formed whatever a server says', () => {
  const nasty = `]]> & <b a='x' c="y"> \u0000\u0007\u001B[31m\u009B \uD800 \uFFFE \u{1F600} &amp; <!-- -- -->\u2028`;
  const root = report([step({ outcome: 'failed', title: nasty, reason: nasty, suggestions: [nasty] }), step({ outcome: 'skipped', reason: nasty }), step({ outcome: 'warned', reason: nasty })]);
  const [failure] = root.children[0]?.children[1]?.children ?? [];
  expect(failure?.attributes['message']).toContain(`& <b a='x' c="y">`);
  expect(failure?.attributes['message']).toContain('\u{1F600} &amp; <!-- -- -->');
  expect(JSON.stringify(root)).not.toMatch(/\\u0000|\\u001b|\\ud800/);
});
