import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ProgressEvent } from '../../domain/progress.ts';
import { LiveSteps } from './live-steps.ts';
import { PlainLines } from './plain-lines.ts';
import { progressDisplay } from './progress-display.ts';

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

const EVENTS: readonly ProgressEvent[] = [
  { type: 'step-started', step: 'resolve', label: 'Downloading postgres-mcp' },
  { type: 'step-output', step: 'resolve', line: 'a line\u001B[2J' },
  { type: 'step-ended', step: 'resolve', outcome: 'passed', label: '', milliseconds: 4200 },
  { type: 'step-ended', step: 'connection', outcome: 'passed', label: 'Connection test passed', milliseconds: 10 },
  { type: 'step-ended', step: 'calls', outcome: 'failed', label: 'Query test failed', milliseconds: 10 },
  { type: 'step-ended', step: 'commit', outcome: 'passed', label: 'Installed postgres-mcp', milliseconds: 10 },
  { type: 'note', text: 'the base image was pulled' },
  { type: 'warning', text: 'deprecated' },
];

interface Shown { readonly text: string; readonly warnings: readonly string[]; readonly kind: string }

function shown(environment: Record<string, string>, terminal: boolean, json = false): Shown {
  let text = '';
  const warnings: string[] = [];
  const stream = { isTTY: terminal, columns: 80, write: (part: string) => { text += part; } };
  using display = progressDisplay({ json, stream, environment, warn: (warning) => warnings.push(warning) });
  for (const event of EVENTS) display.report(event);
  return { text, warnings, kind: display.constructor.name };
}

const LINES = `⏳ Downloading postgres-mcp...
✓ Downloading postgres-mcp (4s)
✓ Connection test passed
✗ Query test failed
the base image was pulled
`;

test('in a pipe: a line a step with its time, nothing of what a builder says, and no second word about what the result says', () => {
  expect(shown({}, false)).toEqual({ text: LINES, warnings: ['deprecated'], kind: 'PlainLines' });
});

test.each([['CI', { CI: 'true' }], ['a dumb terminal', { TERM: 'dumb' }]])('on a terminal with %s nothing is redrawn', (_, environment) => {
  expect(shown({ NO_COLOR: '1', ...environment }, true).text).toBe(LINES);
});

test('with --json nothing but warnings, which are gathered', () => {
  expect(shown({}, true, true)).toEqual({ text: '', warnings: ['deprecated'], kind: 'Silence' });
});

test('on a terminal what is done stays, with its time, and what runs is redrawn', () => {
  const { text } = shown({ NO_COLOR: '1' }, true);
  const kept = text.split('\n').map((line) => line.split('\r\u001B[2K').at(-1));
  expect(kept).toEqual(['✓ Downloading postgres-mcp (4s)', '✓ Connection test passed', '✗ Query test failed', 'the base image was pulled', '']);
});

function live(columns: number): { readonly display: LiveSteps; readonly last: () => string; readonly all: () => string; readonly forward: (milliseconds: number) => void; readonly screen: { columns: number; readonly color: boolean } } {
  let text = '';
  let now = 0;
  const screen = { columns, color: false };
  const display = new LiveSteps({ write: (part) => { text += part; }, screen, warn: () => undefined }, () => now);
  const forward = (milliseconds: number): void => { now += milliseconds; vi.advanceTimersByTime(milliseconds); };
  return { display, last: () => text.split('\r\u001B[2K').at(-1) ?? '', all: () => text, forward, screen };
}

test('on a terminal that is made narrower the line that it wrapped is cleared whole, and the next one fits', () => {
  const { display, all, forward, screen } = live(80);
  display.report({ type: 'step-started', step: 'lock', label: 'Downloading @modelcontextprotocol/server-sequential-thinking' });
  screen.columns = 40;
  const before = all().length;
  forward(5000);
  expect(all().slice(before).startsWith('\r\u001B[2K\u001B[1A\u001B[2K⏳ Downloading')).toBe(true);
  const lines = all().slice(before).split('\r\u001B[2K').slice(2);
  expect(lines.at(-1)).toBe('⌛ Downloading @modelcontextproto… 5s');
  expect(lines.some((line) => line.includes('\u001B[1A'))).toBe(false);
});

test('colours take no width: what stands above is never cleared', () => {
  let text = '';
  const display = new LiveSteps({ write: (part) => { text += part; }, screen: { columns: 40, color: true }, warn: () => undefined }, () => 0);
  display.report({ type: 'step-started', step: 'build', label: 'Building' });
  display.report({ type: 'step-output', step: 'build', line: 'x'.repeat(100) });
  vi.advanceTimersByTime(1000);
  expect(text).toContain('x…\u001B[22m');
  expect(text).not.toContain('\u001B[1A');
});

test('what the builder says of its own containers does not take the place of the step that runs', () => {
  const { display, last, forward } = live(80);
  display.report({ type: 'step-started', step: 'build', label: 'Building Docker image' });
  for (const line of ['Step 3/7 : RUN npm ci', ' ---> Running in 541d96ab60fa', 'Removing intermediate container 541d96ab60fa']) display.report({ type: 'step-output', step: 'build', line });
  forward(1000);
  expect(last()).toBe('⌛ Building Docker image... 1s Step 3/7 : RUN npm ci');
});

test('a live line shows elapsed time and the last output, cut to the width', () => {
  const { display, last, forward } = live(48);
  display.report({ type: 'step-started', step: 'build', label: 'Building Docker image' });
  expect(last()).toBe('⏳ Building Docker image...');
  display.report({ type: 'step-output', step: 'build', line: 'Step 3/7 : RUN npm ci --ignore-scripts' });
  forward(65_000);
  expect(last()).toBe('⌛ Building Docker image... 1m 05s Step 3/7 …');
});

test('a line of somebody else stands above the live one, and a pause leaves an empty line', () => {
  const { display, last } = live(80);
  display.report({ type: 'step-started', step: 'build', label: 'Building' });
  display.line('Warning: old');
  expect(last()).toBe('Warning: old\n⏳ Building...');
  display.pause();
  expect(last()).toBe('');
});

test('of two steps at once the younger is shown, then the other again', () => {
  const { display, last } = live(80);
  display.report({ type: 'step-started', step: 'build', label: 'Building' });
  display.report({ type: 'step-started', step: 'companion', label: 'Starting PostgreSQL' });
  expect(last()).toBe('⏳ Starting PostgreSQL...');
  display.report({ type: 'step-ended', step: 'companion', outcome: 'passed', label: 'PostgreSQL is ready', milliseconds: 3 });
  expect(last()).toBe('✓ PostgreSQL is ready\n⏳ Building...');
});

test('plain lines say every half minute that a long step still runs, and nothing more when it has ended', () => {
  let text = '';
  let now = 0;
  const display = new PlainLines({ write: (part) => { text += part; }, screen: { columns: 80, color: false }, warn: () => undefined }, () => now);
  const seconds = (count: number): void => { for (let second = 0; second < count; second += 1) { now += 1000; vi.advanceTimersByTime(1000); } };
  display.report({ type: 'step-started', step: 'build', label: 'Building Docker image' });
  seconds(65);
  display.report({ type: 'step-ended', step: 'build', outcome: 'passed', label: 'Built', milliseconds: 65_000 });
  seconds(65);
  expect(text).toBe('⏳ Building Docker image...\n⏳ Building Docker image... 30s\n⏳ Building Docker image... 1m 00s\n✓ Built (1m 05s)\n');
});
