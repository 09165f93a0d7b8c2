import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clock, scratch, type Scratch } from '../../test/faults/files-fixture.ts';
import type { Clock } from '../domain/clock.ts';
import type { ManifestLocation } from '../domain/manifest.ts';
import type { ClientFiles } from '../domain/stores.ts';
import { createClientFiles } from './client-files.ts';

const LAUNCHER = '/h/.cc-mcp/bin/cc-mcp';
const GLOBAL: ManifestLocation = { path: '/h/.cc-mcp/mcp.json', folder: '/h/.cc-mcp', scope: 'global', id: 'global', exists: true };
const PROJECT: ManifestLocation = { path: '/work/my/../app/mcp.json', folder: '/work/app', scope: 'project', id: 'x', exists: true };
/** As Claude Code writes it. */
const THEIRS = `${JSON.stringify({ numStartups: 3, mcpServers: {}, projects: { '/work/app': { allowedTools: [], mcpServers: {}, history: ['é'] } }, oauthAccount: { a: 1 } }, null, 2)}`;

let here: Scratch;
let file: string;
let clients: ClientFiles;
beforeEach(() => {
  here = scratch();
  file = here.path('.claude.json');
  clients = clientsWith(clock);
});
afterEach(() => here[Symbol.dispose]());

const clientsWith = (time: Clock, environment: Record<string, string> = {}): ClientFiles => createClientFiles({ files: here.files, clock: time, launcher: LAUNCHER, homeFolder: here.folder, environment });
const json = (): { mcpServers: Record<string, unknown>; projects: Record<string, { mcpServers: Record<string, unknown> }> } => JSON.parse(readFileSync(file, 'utf8')) as ReturnType<typeof json>;
const theirs = (text: string): void => {
  writeFileSync(file, text);
  chmodSync(file, 0o600);
};

describe('an entry in Claude Code\'s file', () => {
  it('[N8] that is somebody else\'s is read from its own scope; one of ours is none', async () => {
    expect(await clients.foreign(GLOBAL, 'a')).toBeUndefined();
    theirs('{"mcpServers":{"a":{"type":"stdio","command":"npx","args":["-y","x"],"env":{"T":"1"}},"odd":{"command":7}},"projects":{"/work/app":{"mcpServers":{"b":{"command":"uvx","args":["y"]}}}}}');
    expect(await clients.foreign(GLOBAL, 'a')).toEqual({ mode: 'external', command: 'npx', args: ['-y', 'x'], env: { T: '1' } });
    expect(await clients.foreign(PROJECT, 'b')).toEqual({ mode: 'external', command: 'uvx', args: ['y'] });
    expect([await clients.foreign(PROJECT, 'a'), await clients.foreign(GLOBAL, 'b')]).toEqual([undefined, undefined]);
    await expect(clients.foreign(GLOBAL, 'odd')).rejects.toMatchObject({ code: 'REFUSED', message: expect.stringContaining('mcpServers.odd.command') as string });
    await clients.add(GLOBAL, 'c');
    expect(await clients.foreign(GLOBAL, 'c')).toBeUndefined();
  });

  it('of a global manifest stands at the top, that of a project under its folder', async () => {
    theirs(THEIRS);
    expect(await clients.add(GLOBAL, 'a')).toEqual({ file, jsonPath: ['mcpServers', 'a'] });
    expect(await clients.add(PROJECT, 'b')).toEqual({ file, jsonPath: ['projects', '/work/app', 'mcpServers', 'b'] });
    expect(json().mcpServers['a']).toEqual({ type: 'stdio', command: LAUNCHER, args: ['run', 'a', '--manifest', '/h/.cc-mcp/mcp.json'], env: {} });
    expect(json().projects['/work/app']?.mcpServers['b']).toEqual({ type: 'stdio', command: LAUNCHER, args: ['run', 'b', '--manifest', PROJECT.path], env: {} });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['as Claude Code writes it', THEIRS],
    ['without a list of servers', '{\n  "numStartups": 3\n}'],
    ['without anything', '{}'],
    ['with tabs, CRLF and a byte order mark', '\uFEFF{\r\n\t"a": 1,\r\n\t"projects": {\r\n\t\t"/other": {}\r\n\t}\r\n}\r\n'],
    ['on one line', '{"numStartups":3,"mcpServers":{"x":{"command":"y"}}}'],
  ])('leaves the same bytes when it is removed, in any order: %s', async (_, text) => {
    theirs(text);
    const [a, b, c] = [await clients.add(GLOBAL, 'a'), await clients.add(PROJECT, 'b'), await clients.add(GLOBAL, 'c')];
    for (const entry of [a, c, b]) expect(await clients.remove(entry)).toBe('removed');
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect(await clients.remove(a)).toBe('absent');
  });

  it('of a service is its address with the token; the other kind takes its place, and what stood there comes back', async () => {
    const foreign = '{"mcpServers":{"a":{"type":"http","url":"http://127.0.0.1:1/mcp","headers":{"Authorization":"Bearer somebody-elses"}}}}';
    theirs(foreign);
    const service = { url: 'http://127.0.0.1:23456/mcp', token: `cc-mcp-${'0f'.repeat(24)}` };
    const entry = await clients.add(GLOBAL, 'a', service);
    expect(entry.previous).toContain('somebody-elses');
    expect(json().mcpServers['a']).toEqual({ type: 'http', url: service.url, headers: { Authorization: `Bearer ${service.token}` } });
    expect([await clients.foreign(GLOBAL, 'a'), (await clients.add(GLOBAL, 'a', service)).previous, (await clients.add(GLOBAL, 'a')).previous]).toEqual([undefined, undefined, undefined]);
    expect(json().mcpServers['a']).toMatchObject({ type: 'stdio' });
    await clients.add(GLOBAL, 'a', service);
    expect(await clients.remove(entry)).toBe('removed');
    expect(readFileSync(file, 'utf8')).toBe(foreign);
    chmodSync(file, 0o644);
    await clients.add(GLOBAL, 'a', service);
    expect(here.warnings.join()).toContain('can be read by others');
  });

  it('makes the file for the user alone, and takes it away with the last entry', async () => {
    const [a, b] = [await clients.add(PROJECT, 'a'), await clients.add(GLOBAL, 'b')];
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await clients.remove(a)).toBe('removed');
    expect(json()).toEqual({ mcpServers: { b: expect.anything() as unknown } });
    expect(await clients.remove(b)).toBe('removed');
    expect(existsSync(file)).toBe(false);
    expect(await clients.remove(b)).toBe('absent');
  });

  it('does not take away what Claude Code put beside it meanwhile', async () => {
    const a = await clients.add(PROJECT, 'a');
    const text = readFileSync(file, 'utf8');
    theirs(text.replace('"projects": {', '"numStartups": 1,\n  "projects": {'));
    await clients.remove(a);
    expect(json()).toEqual({ numStartups: 1 });
  });

  it('gives back what stood there before, byte for byte', async () => {
    const text = '{\n  "mcpServers": {\n    "a": { "command":"npx" , "args":[ "x" ] }\n  }\n}\n';
    theirs(text);
    const entry = await clients.add(GLOBAL, 'a');
    expect(entry.previous).toBe('{ "command":"npx" , "args":[ "x" ] }');
    expect(json().mcpServers['a']).toMatchObject({ command: LAUNCHER });
    expect(await clients.remove(entry)).toBe('removed');
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('that is there already is no «previous», and one of another manifest is renewed', async () => {
    await clients.add(GLOBAL, 'a');
    expect(await clients.add(GLOBAL, 'a')).not.toHaveProperty('previous');
    expect(await clients.add({ ...GLOBAL, path: '/moved/mcp.json' }, 'a')).not.toHaveProperty('previous');
    expect(json().mcpServers['a']).toMatchObject({ args: ['run', 'a', '--manifest', '/moved/mcp.json'] });
  });

  it('that somebody else changed stays', async () => {
    theirs(THEIRS);
    const entry = await clients.add(GLOBAL, 'a');
    const changed = readFileSync(file, 'utf8').replace('"env": {}', '"env": { "DEBUG": "1" }');
    theirs(changed);
    expect(await clients.remove(entry)).toBe('changed');
    expect(readFileSync(file, 'utf8')).toBe(changed);
  });

  it('stands in the folder that CLAUDE_CONFIG_DIR names', async () => {
    const entry = await clientsWith(clock, { CLAUDE_CONFIG_DIR: here.path('claude/config') }).add(GLOBAL, 'a');
    expect(entry.file).toBe(here.path('claude/config/.claude.json'));
    expect(existsSync(file)).toBe(false);
  });

  it('goes through a symbolic link into the file that it leads to', async () => {
    mkdirSync(here.path('dotfiles'));
    writeFileSync(here.path('dotfiles/claude'), THEIRS);
    symlinkSync('dotfiles/claude', file);
    const entry = await clients.add(GLOBAL, 'a');
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect(await clients.remove(entry)).toBe('removed');
    expect(readFileSync(here.path('dotfiles/claude'), 'utf8')).toBe(THEIRS);
  });

  it.each([['{\n  "mcpServers": {\n', 'line 3, column 1'], ['{"mcpServers":[]}', 'mcpServers is not an object'], ['[]', 'the file is not an object'], ['', 'it is empty']])('is refused by a file that it cannot be put into: %j', async (text, message) => {
    theirs(text);
    await expect(clients.add(GLOBAL, 'a')).rejects.toMatchObject({ code: 'REFUSED', message: expect.stringContaining(message) as string });
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});

describe('Claude Code writing its file from memory', () => {
  /** Overwrites the file as often as it is told, each time between our write and our second look. */
  const rewriting = (times: number): Clock => ({
    ...clock,
    async sleep(milliseconds) {
      if (milliseconds >= 60 && times-- > 0) theirs(THEIRS);
    },
  });

  it('loses neither our entry nor its own', async () => {
    theirs(THEIRS);
    const entry = await clientsWith(rewriting(3)).add(GLOBAL, 'a');
    expect(json()).toMatchObject({ numStartups: 3, mcpServers: { a: { command: LAUNCHER } } });
    const withEntry = readFileSync(file, 'utf8');
    let times = 2;
    const bringingBack: Clock = { ...clock, async sleep(milliseconds) { if (milliseconds >= 60 && times-- > 0) theirs(withEntry); } };
    expect(await clientsWith(bringingBack).remove(entry)).toBe('removed');
    expect(readFileSync(file, 'utf8')).toBe(THEIRS);
  });

  it('for ever is told to the user', async () => {
    theirs(THEIRS);
    await expect(clientsWith(rewriting(100)).add(GLOBAL, 'a')).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining(file) as string });
  });
});
