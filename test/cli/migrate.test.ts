import { lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cc } from '../support/installed-cli.ts';
import type { UserHome } from '../support/user-home.ts';
import { callText, docker, homeIdOf, userHome } from '../support/user-home.ts';

/** As somebody's tools left it: a byte order mark, CRLF, tabs, comments, servers of every form, keys of others. */
const FOREIGN = [
  '\uFEFF{',
  '\t// servers of the team',
  '\t"$schema": "https://example.com/mcp.json",',
  '\t"mcpServers": {',
  '\t\t"remote": { "type": "http", "url": "https://example.com/mcp", "headers": { "X": "1" } },',
  '\t\t"everything": { /* tried out */',
  '\t\t\t"type": "stdio",',
  '\t\t\t"command": "cmd", "args": [ "/c", "npx" , "-y", "@modelcontextprotocol/server-everything@2026.8.31", "stdio" ], // pinned',
  '\t\t\t"env": { "API_TOKEN": "canary-token-1", "LEVEL": "two", "FROM_ME": "${MY_VARIABLE}" },',
  '\t\t\t"autoApprove": ["echo"],',
  '\t\t}, // after it',
  '\t\t"flat": { "mode": "docker", "image": "x", "volumes": ["./a:/a:ro"], "limits": { "memory": 1048576 }, "mine": 1 },',
  '\t\t"nested": { "mode": "docker", "docker": { "image": "y", "environment": { "A": "b" } } },',
  '\t\t"shell": { "command": "bash", "args": ["-c", "npx -y x | tee log"] }',
  '\t},',
  '\t"inputs": [ ]',
  '}',
].join('\r\n');

describe('[N8] a foreign mcp.json', () => {
  let user: UserHome;
  let manifest: string;
  let real: string;
  const claude = (): string => join(user.home, '.claude.json');
  beforeAll(async () => {
    user = await userHome();
    mkdirSync(join(user.home, 'dotfiles'));
    real = join(user.home, 'dotfiles', 'mcp.json');
    manifest = join(user.folder, 'mcp.json');
    writeFileSync(real, FOREIGN, { mode: 0o600 });
    symlinkSync('../dotfiles/mcp.json', manifest);
    mkdirSync(join(user.folder, '.git'));
  });
  afterAll(() => user[Symbol.asyncDispose]());

  it('is read, and what cannot move is one line with what to type', async () => {
    const { envelope } = await user.json(['status']);
    expect(envelope.result.servers.map(({ name, mode }: { name: string; mode: string }) => `${name} ${mode}`)).toEqual(['remote external', 'everything external', 'flat docker', 'nested docker', 'shell external']);
    for (const [name, why] of [['remote', /runs nothing on this machine/], ['shell', /a line for a shell/]] as const) {
      const refused = await user.json(['enable', name, '--mode', 'docker', '--yes']);
      expect([refused.code, refused.envelope.error]).toEqual([2, expect.objectContaining({ code: 'UNSUPPORTED', message: expect.stringMatching(why) })]);
    }
    const asked = await user.json(['enable', 'everything', '--mode', 'docker'], { env: { MY_VARIABLE: 'mine' } });
    expect([asked.code, asked.envelope.error]).toEqual([5, expect.objectContaining({ code: 'CONSENT_NEEDED', suggestions: ['Answer with --yes'], message: expect.stringMatching(/npm:@modelcontextprotocol\/server-everything@2026\.8\.31, which the index has[\s\S]*API_TOKEN, LEVEL, FROM_ME from \$\{MY_VARIABLE\}/) })]);
    const external = await user.json(['enable', 'everything']);
    expect(external.envelope.error.suggestions[0]).toMatch(/^cc-mcp enable everything --mode docker/);
    expect(readFileSync(real, 'utf8')).toBe(FOREIGN);
  });

  it('stays as it is when the move is interrupted, and the engine too', async () => {
    // Another test may have built it already.
    const { code } = await cc(['enable', 'everything', '--mode', 'docker', '--yes'], { home: user.home, cwd: user.folder, env: { MY_VARIABLE: 'mine' }, interruptAt: 'Testing the connection' });
    expect(code).toBe(130);
    expect(readFileSync(real, 'utf8')).toBe(FOREIGN);
    expect((await user.cc(['status'])).code).toBe(0);
    expect(await docker('ps', '--all', '--quiet', '--filter', `label=io.cc-mcp.home=${await homeIdOf(user)}`)).toBe('');
  });

  it('gives one server to a container with its name, arguments and variables, and the rest of the file keeps every byte', async () => {
    const moved = await user.json(['enable', 'everything', '--mode', 'docker', '--yes'], { env: { MY_VARIABLE: 'mine' } });
    expect(moved.envelope, moved.stderr).toMatchObject({ ok: true, result: { outcome: 'migrated', entry: 'manifest', install: { version: '2026.8.31', enabled: true, enabling: { clientFile: claude() } } } });
    const text = readFileSync(real, 'utf8');
    const [before = '', after = ''] = FOREIGN.split(/\{ \/\* tried out[\s\S]*?(?=, \/\/ after it)/);
    expect([text.startsWith(before), text.endsWith(after)]).toEqual([true, true]);
    expect(text).toContain('/* tried out */');
    expect(text).toContain('"autoApprove": ["echo"]');
    expect(text).not.toContain('canary');
    expect([lstatSync(manifest).isSymbolicLink(), statSync(real).mode & 0o777]).toEqual([true, 0o600]);
    const client = await user.connect('everything');
    const environment = await callText(client, 'get-env', {});
    expect(environment).toContain('canary-token-1');
    expect(environment).toMatch(/"LEVEL": "two"[\s\S]*"FROM_ME": "mine"|"FROM_ME": "mine"[\s\S]*"LEVEL": "two"/);
    await client.close();
    for (const file of ['state.json', 'approvals.json']) expect(readFileSync(join(user.ccMcpHome, file), 'utf8')).not.toContain('canary');
  });

  it('has its entry back with disable --restore, byte for byte, and nothing of the container is left', async () => {
    const { envelope, stderr } = await user.json(['disable', 'everything', '--restore']);
    expect(envelope, stderr).toMatchObject({ ok: true, result: { outcome: 'restored', restored: true } });
    expect(readFileSync(real).equals(Buffer.from(FOREIGN))).toBe(true);
    expect([lstatSync(manifest).isSymbolicLink(), statSync(real).mode & 0o777]).toEqual([true, 0o600]);
    expect(await docker('ps', '--all', '--quiet', '--filter', `label=io.cc-mcp.home=${await homeIdOf(user)}`)).toBe('');
    expect(await user.json(['disable', 'everything', '--restore'])).toMatchObject({ code: 5, envelope: { error: { code: 'CONFLICT' } } });
  });

  it('moves a server of Claude Code\'s own file; its folder needs a flag of its own, and uninstall gives the entry back', async () => {
    const notes = join(user.home, 'notes');
    mkdirSync(notes);
    writeFileSync(join(notes, 'a.txt'), 'forty-two');
    const before = `{\n  "mcpServers": {\n    "files": { "command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem", "${notes}"] }\n  }\n}\n`;
    writeFileSync(claude(), before, { mode: 0o600 });
    const move = ['enable', 'files', '--mode', 'docker', '--yes', '--manifest', join(user.ccMcpHome, 'mcp.json')];
    const refused = await user.json(move);
    expect([refused.code, refused.envelope.error]).toEqual([5, expect.objectContaining({ code: 'CONSENT_NEEDED', suggestions: [`Answer with --allow-read ${notes}, or --allow-write where it may change it`] })]);
    expect(readFileSync(claude(), 'utf8')).toBe(before);
    const moved = await user.json([...move, '--allow-read', notes]);
    expect(moved.envelope, moved.stderr).toMatchObject({ ok: true, result: { outcome: 'migrated', entry: 'client', install: { plan: { arguments: [], permissions: { read: [notes], write: [] } } } } });
    const client = await user.connect('files', { env: { CC_MCP_CONFIG: join(user.ccMcpHome, 'mcp.json') } });
    expect(await callText(client, 'read_text_file', { path: join(notes, 'a.txt') })).toBe('forty-two');
    expect((await client.callTool({ name: 'write_file', arguments: { path: join(notes, 'b.txt'), content: 'x' } })).isError).toBe(true);
    await client.close();
    expect((await user.cc(['uninstall', 'files', '--manifest', join(user.ccMcpHome, 'mcp.json')])).code).toBe(0);
    expect(readFileSync(claude(), 'utf8')).toBe(before);
  });
});
