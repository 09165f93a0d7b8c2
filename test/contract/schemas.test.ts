import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import { COMMAND_RESULTS } from '../../schemas/source/command-results.ts';
import { failureReport } from '../../schemas/source/envelope.ts';
import { generatedSchemas } from '../../schemas/source/generated.ts';
import { manifestFile } from '../../schemas/source/manifest.ts';
import type { logLine } from '../../schemas/source/status.ts';
import type { FailureReport } from '../../src/cli/envelope.ts';
import type { LogLine } from '../../src/servers/session-logs.ts';
import type Approve from '../../src/commands/approve.ts';
import type Completion from '../../src/commands/completion.ts';
import type Config from '../../src/commands/config.ts';
import type Disable from '../../src/commands/disable.ts';
import type Doctor from '../../src/commands/doctor.ts';
import type Enable from '../../src/commands/enable.ts';
import type Info from '../../src/commands/info.ts';
import type Install from '../../src/commands/install.ts';
import type Logs from '../../src/commands/logs.ts';
import type Overview from '../../src/commands/overview.ts';
import type Prune from '../../src/commands/prune.ts';
import type Rebuild from '../../src/commands/rebuild.ts';
import type Restart from '../../src/commands/restart.ts';
import type Search from '../../src/commands/search.ts';
import type Start from '../../src/commands/start.ts';
import type Status from '../../src/commands/status.ts';
import type Stop from '../../src/commands/stop.ts';
import type Test from '../../src/commands/test.ts';
import type Uninstall from '../../src/commands/uninstall.ts';

const SCHEMAS = join(import.meta.dirname, '../../schemas');

/** Zod infers mutable types. */
type Mutable<T> = T extends readonly (infer Item)[] ? Mutable<Item>[] : T extends object ? { -readonly [Key in keyof T]: Mutable<T[Key]> } : T;
type ResultOf<T extends { run(): Promise<unknown> }> = Mutable<Awaited<ReturnType<T['run']>>>;
type SchemaOf<Name extends keyof typeof COMMAND_RESULTS> = z.infer<(typeof COMMAND_RESULTS)[Name]>;

test('[M11] the schema of each command is the type of its result', () => {
  expectTypeOf<SchemaOf<'approve'>>().toEqualTypeOf<ResultOf<Approve>>();
  expectTypeOf<SchemaOf<'completion'>>().toEqualTypeOf<ResultOf<Completion>>();
  expectTypeOf<SchemaOf<'config'>>().toEqualTypeOf<ResultOf<Config>>();
  expectTypeOf<SchemaOf<'disable'>>().toEqualTypeOf<ResultOf<Disable>>();
  expectTypeOf<SchemaOf<'doctor'>>().toEqualTypeOf<ResultOf<Doctor>>();
  expectTypeOf<SchemaOf<'enable'>>().toEqualTypeOf<ResultOf<Enable>>();
  expectTypeOf<SchemaOf<'info'>>().toEqualTypeOf<ResultOf<Info>>();
  expectTypeOf<SchemaOf<'install'>>().toEqualTypeOf<ResultOf<Install>>();
  expectTypeOf<SchemaOf<'logs'>>().toEqualTypeOf<ResultOf<Logs>>();
  expectTypeOf<SchemaOf<'overview'>>().toEqualTypeOf<ResultOf<Overview>>();
  expectTypeOf<SchemaOf<'prune'>>().toEqualTypeOf<ResultOf<Prune>>();
  expectTypeOf<SchemaOf<'rebuild'>>().toEqualTypeOf<ResultOf<Rebuild>>();
  expectTypeOf<SchemaOf<'restart'>>().toEqualTypeOf<ResultOf<Restart>>();
  expectTypeOf<SchemaOf<'search'>>().toEqualTypeOf<ResultOf<Search>>();
  expectTypeOf<SchemaOf<'start'>>().toEqualTypeOf<ResultOf<Start>>();
  expectTypeOf<SchemaOf<'status'>>().toEqualTypeOf<ResultOf<Status>>();
  expectTypeOf<SchemaOf<'stop'>>().toEqualTypeOf<ResultOf<Stop>>();
  expectTypeOf<SchemaOf<'test'>>().toEqualTypeOf<ResultOf<Test>>();
  expectTypeOf<SchemaOf<'uninstall'>>().toEqualTypeOf<ResultOf<Uninstall>>();
  expectTypeOf<z.infer<typeof logLine>>().toEqualTypeOf<Mutable<LogLine>>();
  expectTypeOf<z.infer<typeof failureReport>['code']>().toEqualTypeOf<FailureReport['code']>();
});

test('every command but run has a schema, and every schema a command', async () => {
  const commands = (await readdir(join(SCHEMAS, '../src/commands'))).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts')).map((name) => name.slice(0, -3));
  expect([...Object.keys(COMMAND_RESULTS), 'run'].sort()).toEqual(commands.sort());
});

test('what stands in schemas/ is what the sources give: run node scripts/generate-schemas.mjs and read the difference', async () => {
  const wanted = await generatedSchemas();
  expect((await readdir(SCHEMAS)).filter((name) => name.endsWith('.json')).sort()).toEqual([...wanted.keys()].sort());
  for (const [name, text] of wanted) expect(await readFile(join(SCHEMAS, name), 'utf8'), name).toBe(text);
});

test('a failure of a bug and of an interrupt fits the schema too', () => {
  for (const code of ['BUG', 'INTERRUPTED', 'USAGE']) {
    expect(failureReport.safeParse({ code, message: 'x', suggestions: [], details: { log: ['a'], nested: { n: 1 } } }).success).toBe(true);
  }
  expect(failureReport.safeParse({ code: 'OTHER', message: 'x', suggestions: [], details: {} }).success).toBe(false);
});

test('mcp.json: entries of the design and of the founding document fit, foreign keys too; a wrong type of ours does not', () => {
  const fits = (server: object): boolean => manifestFile.safeParse({ mcpServers: { it: server }, $schema: 'x', inputs: [] }).success;
  expect(fits({ mode: 'docker', image: 'cc-mcp/filesystem:latest', volumes: { './project': '/workspace' }, environment: { MCP_MODE: 'restricted' }, limits: { memory: '512m', cpus: '0.5' } })).toBe(true);
  expect(fits({ command: 'cc-mcp', args: ['run', 'it'], docker: { limits: { pids: 128 } }, source: { type: 'pypi', package: 'x', updatePolicy: 'startup' }, permissions: { net: ['db:5432'] }, theirs: 1 })).toBe(true);
  expect(fits({ mode: 'external', url: 'https://example.org/mcp', headers: {} })).toBe(true);
  expect(fits({ permissions: { net: 'yes' } })).toBe(false);
});
