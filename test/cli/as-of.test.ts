import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { npmRegistry } from '../support/npm-registry.ts';
import type { PublishedPackage } from '../support/npm-registry.ts';
import { callText, readJson, userHome } from '../support/user-home.ts';
import type { UserHome } from '../support/user-home.ts';

const SERVERS = join(import.meta.dirname, '../fixtures/servers');

/** A server whose one dependency moved on: 1.2.0 no longer has what it imports. */
async function rotten(dates: boolean): Promise<string> {
  const words = (version: string, publishedAt: string, content: string): PublishedPackage => ({
    name: 'dated-words', version, manifest: { type: 'module', exports: './index.js' }, files: { 'index.js': content }, ...(dates ? { publishedAt } : {}),
  });
  const server: PublishedPackage = {
    name: 'dated-server', version: '1.0.0', ...(dates ? { publishedAt: '2025-03-01T10:00:00.000Z' } : {}),
    manifest: { type: 'module', bin: { 'dated-server': './server.mjs' }, dependencies: { 'dated-words': '^1.0.0' } },
    files: {
      'protocol.mjs': await readFile(join(SERVERS, 'protocol.mjs'), 'utf8'),
      'server.mjs': "#!/usr/bin/env node\nimport { word } from 'dated-words';\nimport { serve, text } from './protocol.mjs';\nserve({ 'tools/call': () => text(word) });\n",
    },
  };
  return npmRegistry(() => [
    words('1.0.0', '2025-02-01T00:00:00.000Z', "export const word = 'first';\n"), words('1.1.0', '2025-08-01T00:00:00.000Z', "export const word = 'second';\n"),
    words('1.2.0', '2026-05-01T00:00:00.000Z', "export const sentence = 'third';\n"), server,
  ]);
}

async function lockOf(user: UserHome, name: string): Promise<{ readonly source: { readonly asOf?: string }; readonly tree: string }> {
  const { servers } = (await readJson(join(user.folder, 'mcp.lock.json'))) as { servers: Record<string, { source: { asOf?: string }; dependencies: { file: string } }> };
  const entry = servers[name];
  if (entry === undefined) throw new Error(`${name} is not locked`);
  return { source: entry.source, tree: await readFile(join(user.folder, 'mcp.lock.d', entry.dependencies.file), 'utf8') };
}

test('[N5] an npm package whose dependencies moved on gets the newest that start, or those of a day, or a clear refusal', async () => {
  await using user = await userHome();
  const env = { npm_config_registry: await rotten(true) };
  const install = (...flags: string[]): ReturnType<UserHome['json']> => user.json(['install', 'npm:dated-server', '--project', '--yes', ...flags], { env });

  const refused = await install('--no-as-of');
  expect(refused.code, refused.stderr).toBe(8);
  expect(refused.envelope.error).toMatchObject({ code: 'GATE_FAILED', message: expect.stringContaining('it imports word from dated-words, which does not have it') });

  const found = await install();
  expect(found.envelope, found.stderr).toMatchObject({ ok: true, result: { outcome: 'installed' } });
  const day: string = found.envelope.result.asOf;
  // By halves from the release on, so later than that, and before the day that broke it.
  expect(day >= '2025-08-01' && day < '2026-05-01', day).toBe(true);
  expect(found.envelope.warnings).toContainEqual(`dated-server 1.0.0: newest dependencies do not start: dated-words 1.2.0: it imports word from dated-words, which does not have it; those of ${day} do`);
  expect(await lockOf(user, 'dated-server')).toMatchObject({ source: { asOf: day }, tree: expect.stringContaining('"dated-words": "1.1.0"') });
  // What nobody asked for does not stand in the manifest.
  expect(await readFile(join(user.folder, 'mcp.json'), 'utf8')).not.toContain('asOf');
  const client = await user.connect('dated-server');
  expect(await callText(client, 'echo', {})).toBe('second');
  await client.close();

  const other = await install('--as-of', '2025-03-01');
  expect(other.code, other.stderr).toBe(5);
  expect(other.envelope.error.message).toContain('--as-of 2025-03-01 would make another program of it');
  const early = await install('--name', 'early', '--as-of', '2025-02-28');
  expect(early.envelope.error).toMatchObject({ code: 'INVALID_VALUE', message: 'npm:dated-server 1.0.0 was published on 2025-03-01, after 2025-02-28' });
  const asked = await install('--name', 'asked', '--as-of', '2025-03-01');
  expect(asked.envelope, asked.stderr).toMatchObject({ ok: true, result: { asOf: '2025-03-01', plan: { code: expect.arrayContaining([{ what: 'dependencies', name: 'as of 2025-03-01', origin: 'your --as-of' }]) } } });
  expect(await lockOf(user, 'asked')).toMatchObject({ source: { asOf: '2025-03-01' }, tree: expect.stringContaining('"dated-words": "1.0.0"') });
  expect(await readJson(join(user.folder, 'mcp.json'))).toMatchObject({ mcpServers: { asked: { source: { asOf: '2025-03-01' } } } });
}, 600_000);

test('[N5] a registry without dates is said to have none', async () => {
  await using user = await userHome();
  const env = { npm_config_registry: await rotten(false) };
  const found = await user.json(['install', 'npm:dated-server', '--project', '--yes'], { env });
  expect(found.code, found.stderr).toBe(8);
  expect(found.envelope.warnings).toContain('The registry does not say when it was published, so no older dependencies were tried');
  const asked = await user.json(['install', 'npm:dated-server', '--project', '--yes', '--as-of', '2025-03-01'], { env });
  expect(asked.envelope.error).toMatchObject({ code: 'UNSUPPORTED', message: expect.stringContaining('does not say when its packages were published') });
}, 400_000);

test('[N5] postgres-mcp as published names what broke and what to type; mcp-server-sqlite installs as of a day and answers', async () => {
  await using user = await userHome();
  const gone = await user.json(['install', 'pypi:postgres-mcp@0.3.0', '--project', '--yes']);
  expect(gone.code, gone.stderr).toBe(7);
  expect(gone.envelope.error).toMatchObject({ code: 'RESOLUTION_FAILED', message: 'pglast==7.2.0, wanted by postgres-mcp 0.3.0, does not exist' });
  expect(gone.envelope.error.suggestions).toContain("Try another version of it: --override 'pglast>=7.2.0'");

  const found = await user.json(['install', 'pypi:mcp-server-sqlite@2025.4.25', '--project', '--yes', '--', '--db-path', '/tmp/test.db']);
  expect(found.envelope, found.stderr).toMatchObject({ ok: true, result: { outcome: 'installed' } });
  const day: string = found.envelope.result.asOf;
  expect(day >= '2025-04-25', day).toBe(true);
  expect(found.envelope.warnings.join('\n')).toMatch(/newest dependencies do not start: mcp 2\.[^]*; those of \d{4}-\d\d-\d\d do/);
  const { source, tree } = await lockOf(user, 'mcp-server-sqlite');
  expect(source.asOf).toBe(day);
  expect(tree).toMatch(/^mcp==1\./m);
  const client = await user.connect('mcp-server-sqlite');
  expect(await callText(client, 'read_query', { query: 'select 41+1 as answer' })).toContain('42');
  await client.close();
}, 600_000);
