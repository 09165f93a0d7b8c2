import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { envelope } from '../../schemas/source/envelope.ts';
import { installResult } from '../../schemas/source/install.ts';
import { emptyHome } from '../support/empty-home.ts';
import type { EmptyHome } from '../support/empty-home.ts';
import { installedCli } from '../support/installed-cli.ts';

let user: EmptyHome;
beforeAll(async () => { user = await emptyHome(); });
afterAll(() => user[Symbol.asyncDispose]());

test.each([
  [['instal', 'postgres-mcp'], '"instal" is not a command; did you mean install?'],
  [['frobnicate'], '"frobnicate" is not a command'],
  [['npm:@scope/pkg'], 'A package reference is not a command'],
  [['doctor', 'now'], 'cc-mcp doctor takes no further argument'],
  [['run'], 'cc-mcp run needs the NAME of one server'],
  [['install', '--env', 'A=hunter22'], '--env goes with a REFERENCE; without one everything in mcp.json is installed as it stands there'],
  [['install', 'memory', '--frozen'], '--frozen goes without a REFERENCE: it installs what is locked'],
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

test.each([
  [['install', 'memory', '--env-file', 'none.env'], 3, '--env-file none.env: there is no such file', '--env-file PATH of a file with NAME=VALUE lines'],
  [['install', 'memory', '--env-file', 'folder'], 3, '--env-file folder: it is a folder', '--env-file PATH of a file with NAME=VALUE lines'],
  [['install', 'memory', '--env-file', 'bad.env'], 2, '--env-file bad.env: line 2 is not NAME=VALUE', 'Correct line 2 of bad.env'],
  [['install', 'memory', '--manifest', 'none/mcp.json'], 5, /^Cannot read .*none\/mcp\.json: its folder is not there/, /mkdir -p .*none/],
  [['status', '../etc'], 2, /^"\.\.\/etc" is not a server name/, 'cc-mcp status   shows the names'],
  [['info', 'npm:is-number'], 3, 'No marketplace describes npm:is-number', /^cc-mcp install npm:is-number --dry-run/],
  [['info', 'postgre'], 3, 'No marketplace has a package named postgre', /^one of those close to it: postgres-mcp\b/],
] as const)('%j is exit %d with a line that names the thing, and one with what to type', async (args, exit, message, suggestion) => {
  await mkdir(join(user.home, 'folder'), { recursive: true });
  await writeFile(join(user.home, 'bad.env'), 'A=1\nnot a pair\n');
  const { code, envelope: { error } } = await json(args);
  expect(code).toBe(exit);
  expect(error).toMatchObject({ message: typeof message === 'string' ? message : expect.stringMatching(message) });
  expect(error.suggestions[0]).toEqual(typeof suggestion === 'string' ? suggestion : expect.stringMatching(suggestion));
});

test('the program that a package manager links leaves --env-file to cc-mcp, as Node by itself does not', async () => {
  const { prefix, node } = await installedCli();
  const path = `${dirname(node)}:/usr/bin:/bin`;
  const { stdout, code } = await promisify(execFile)(join(prefix, 'bin/cc-mcp'), ['install', 'memory', '--env-file', 'no ne.env', '--json'], { cwd: user.home, env: { HOME: user.home, PATH: path } })
    .then(({ stdout: text }) => ({ stdout: text, code: 0 }), (error: { readonly stdout: string; readonly code: number }) => error);
  expect([code, JSON.parse(stdout)]).toEqual([3, expect.objectContaining({ error: expect.objectContaining({ message: '--env-file no ne.env: there is no such file' }) })]);
});

async function json(args: readonly string[]): Promise<{ readonly code: number; readonly envelope: { readonly error: { readonly message: string; readonly suggestions: readonly string[] } } }> {
  const { code, stdout } = await user.cc([...args, '--json']);
  return { code, envelope: JSON.parse(stdout) as { error: { message: string; suggestions: readonly string[] } } };
}
