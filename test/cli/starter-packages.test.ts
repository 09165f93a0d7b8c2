import { mkdirSync, writeFileSync, chownSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStarterIndex } from '../../src/store/starter-index.ts';
import type { UserHome } from '../support/user-home.ts';
import { callText, docker, userHome } from '../support/user-home.ts';
import { startDatabase } from '../support/database.ts';
import type { Database } from '../support/database.ts';

interface Case {
  readonly name: string;
  readonly flags: (user: UserHome, database: Database) => string[];
  readonly tool: string;
  readonly arguments: (user: UserHome) => Record<string, unknown>;
  readonly answer: RegExp;
}

const CASES: readonly Case[] = [
  { name: 'filesystem', flags: () => ['--allow-read=./docs'], tool: 'read_text_file', arguments: (user) => ({ path: join(user.folder, 'docs/hello.txt') }), answer: /bonjour/ },
  { name: 'memory', flags: () => [], tool: 'read_graph', arguments: () => ({}), answer: /entities/ },
  { name: 'everything', flags: () => [], tool: 'echo', arguments: () => ({ message: 'hi' }), answer: /hi/ },
  { name: 'fetch', flags: () => ['--yes'], tool: 'fetch', arguments: () => ({ url: 'http://127.0.0.1:9/none' }), answer: /./ },
  { name: 'postgres-mcp', flags: (_, database) => ['--network', database.network, '--env-file', database.envFile], tool: 'execute_sql', arguments: () => ({ sql: 'select 41+1 as answer' }), answer: /'answer': 42/ },
];

const index = createStarterIndex(join(import.meta.dirname, '../..'));

/** Every test of the gate was made and passed, and all the calls of the package's entry were among them. */
async function expectProven(name: string, { steps }: { readonly steps: readonly { readonly step: string; readonly title: string; readonly outcome: string }[] }): Promise<void> {
  const offered = (await index.packages()).find((one) => one.name === name);
  expect(steps.filter(({ step }) => step === 'calls').map(({ title, outcome }) => [title, outcome])).toEqual(offered?.tests.calls.map(({ title }) => [title, 'passed']));
  // One that still waits for an answer of its client when the input ends may run on for a while.
  expect(steps.filter(({ step, outcome }) => outcome !== 'passed' && step !== 'shutdown')).toEqual([]);
}

describe('[M2] starter packages', () => {
  let first: UserHome;
  let second: UserHome;
  let database: Database;
  beforeAll(async () => {
    [first, second, database] = await Promise.all([userHome(), userHome(), startDatabase()]);
    for (const { folder } of [first, second]) {
      mkdirSync(join(folder, 'docs'));
      writeFileSync(join(folder, 'docs/hello.txt'), 'bonjour');
      chownSync(join(folder, 'docs'), 1234, 1235);
    }
  });
  afterAll(async () => {
    await first[Symbol.asyncDispose]();
    await second[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  it.each(CASES)('$name installs with what it asks for, answers through run, and is not built again for another home', async ({ name, flags, tool, arguments: args, answer }) => {
    const installed = await first.json(['install', name, '--test', '--project', '--yes', ...flags(first, database)]);
    expect(installed.envelope, installed.stderr).toMatchObject({ ok: true, result: { outcome: 'installed' } });
    await expectProven(name, installed.envelope.result.gate);
    const client = await first.connect(name);
    const { tools } = await client.listTools();
    expect(tools.map((item) => item.name)).toContain(tool);
    expect(await callText(client, tool, args(first))).toMatch(answer);
    await client.close();

    const before = new Date(Date.now() - 1000).toISOString();
    const again = await second.json(['install', name, '--project', '--yes', ...flags(second, database)]);
    expect(again.envelope, again.stderr).toMatchObject({ ok: true, result: { outcome: 'installed', built: false, image: installed.envelope.result.image, recipe: installed.envelope.result.recipe } });
    const events = await docker('events', '--since', before, '--until', new Date().toISOString(), '--filter', 'type=container', '--filter', 'event=start', '--format', '{{.Actor.Attributes.name}}');
    expect(events.split('\n').filter((line) => /resolve|tool/.test(line) && line.includes(second.home))).toEqual([]);
  });

  it('redis passes the full gate with its companion and nothing of the user', async () => {
    const installed = await first.json(['install', 'redis', '--test', '--project', '--yes']);
    expect(installed.envelope, installed.stderr).toMatchObject({ ok: true, result: { outcome: 'installed' } });
    await expectProven('redis', installed.envelope.result.gate);
  });

  it('postgres-mcp is listed without any value, though what stands in for it leads nowhere', async () => {
    const { envelope, stderr } = await first.json(['install', 'postgres-mcp', '--name', 'bare', '--project', '--yes']);
    expect(envelope, stderr).toMatchObject({ ok: true, result: { outcome: 'installed', missing: ['DATABASE_URI'], gate: { outcome: expect.stringMatching(/passed|warned/), proven: { tools: { execute_sql: expect.any(String) } } } } });
  });

  it('a deprecated package is planned with a warning that names what replaces it', async () => {
    const { envelope } = await first.json(['install', 'sqlite', '--project', '--dry-run']);
    expect(envelope).toMatchObject({ ok: true, result: { outcome: 'planned' }, warnings: [expect.stringMatching(/^sqlite is deprecated: .*\. Instead: dbhub$/)] });
  });
});
