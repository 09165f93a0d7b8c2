import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeFiles } from '../support/own-servers.ts';
import { userHome } from '../support/user-home.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/gate-servers');
const fixture = (name: string): string => readFileSync(join(FIXTURES, name), 'utf8');

it('test of a server that calls home names the host, and what to type, as data and as JUnit', async () => {
  await using user = await userHome();
  writeFiles(join(user.folder, 'caller'), {
    'package.json': JSON.stringify({ name: 'caller', version: '1.0.0', type: 'module', bin: 'phones-home.mjs' }),
    'phones-home.mjs': `#!/usr/bin/env node\n${fixture('phones-home.mjs')}`, 'mcp.mjs': fixture('mcp.mjs'),
  });
  const { envelope, stderr } = await user.json(['test', './caller', '--yes', '--junit', 'report.xml']);
  expect(envelope, stderr).toMatchObject({ ok: true, result: { gate: { outcome: 'warned' } } });
  const step = envelope.result.gate.steps.find((entry: { step: string }) => entry.step === 'network');
  expect(step).toMatchObject({
    outcome: 'warned', reason: 'it tried telemetry.example.com: not granted', suggestions: [expect.stringContaining('--allow-net')],
    hosts: [{ host: 'telemetry.example.com', asked: null, granted: false }],
  });
  expect(readFileSync(join(user.folder, 'report.xml'), 'utf8')).toContain('it tried telemetry.example.com: not granted');
}, 300_000);
