import { afterAll, beforeAll, expect, test } from 'vitest';
import { envelope } from '../../schemas/source/envelope.ts';
import { installResult } from '../../schemas/source/install.ts';
import { emptyHome } from '../support/empty-home.ts';
import type { EmptyHome } from '../support/empty-home.ts';

let user: EmptyHome;
beforeAll(async () => { user = await emptyHome(); });
afterAll(() => user[Symbol.asyncDispose]());

test.each([
  [['instal', 'postgres-mcp'], '"instal" is not a command; did you mean install?'],
  [['frobnicate'], '"frobnicate" is not a command'],
  [['npm:@scope/pkg'], 'A package reference is not a command'],
  [['doctor', 'now'], 'cc-mcp doctor takes no further argument'],
  [['run'], 'cc-mcp run needs the NAME of one server'],
  [['install'], 'cc-mcp install needs REFERENCE'],
  [['install', 'memory', '--tokn=hunter22'], 'There is no flag --tokn'],
  [['install', 'memory', 'hunter22'], 'cc-mcp install was given 1 argument more than it takes; put a text with spaces in quotes'],
  [['install', 'memory', '--allow-net=hunter22:443'], '--allow-net does not take a list of hosts yet'],
  [['install', 'memory', '--memory', 'lots'], '--memory: "lots" is not an amount of memory: write it like 512m or 1g'],
  [['uninstall', 'memory', '--purge=false'], '--purge takes no value'],
  [['enable', '../etc'], '"../etc" is not a server name: use 1 to 63 letters, digits, "-" and "_", first a letter or digit'],
])('%j is exit 2, one line, and what to type', async (args, message) => {
  const { code, stdout, stderr } = await user.cc(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  const [first, ...rest] = stderr.trimEnd().split('\n');
  expect(first).toBe(`Error: ${message}`);
  expect(rest.every((line) => line.startsWith('  Try: '))).toBe(true);
  expect(stderr).not.toContain('hunter22');
});

test('[M11] a usage error with --json is an envelope without anything that was typed', async () => {
  const { code, stdout, stderr } = await user.cc(['install', 'memory', '--json', '--env', 'TOKEN=hunter22', '--tokn=hunter22']);
  expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
  expect(envelope(installResult).parse(JSON.parse(stdout))).toMatchObject({ ok: false, error: { code: 'USAGE', message: 'There is no flag --tokn' }, warnings: [] });
  expect(stdout).not.toContain('hunter22');
});

test('[M11] a word that is no command with --json is an envelope too', async () => {
  const { code, stdout, stderr } = await user.cc(['instal', '--json']);
  expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: 'USAGE', message: '"instal" is not a command; did you mean install?' } });
});
