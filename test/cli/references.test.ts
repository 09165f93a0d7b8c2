import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UserHome } from '../support/user-home.ts';
import { docker, homeIdOf, readJson, userHome } from '../support/user-home.ts';

/** Real packages by the name that their registry knows: what an index says of some of them does not count. Each lists its tools without an account. */
const REFERENCES: readonly [string, readonly string[]][] = [
  ['npm:@modelcontextprotocol/server-sequential-thinking', []],
  ['npm:@upstash/context7-mcp', []],
  ['npm:@cyanheads/git-mcp-server', []],
  ['npm:mcp-server-code-runner', []],
  ['npm:@modelcontextprotocol/server-github', []],
  ['pypi:mcp-server-time', []],
  ['pypi:mcp-server-calculator', []],
  ['pypi:awslabs.aws-documentation-mcp-server', []],
  ['pypi:duckduckgo-mcp-server', []],
  ['pypi:arxiv-mcp-server', []],
];

describe('[M3] references to a registry, for which no index vouches', () => {
  let user: UserHome;
  beforeAll(async () => {
    user = await userHome();
  });
  afterAll(() => user[Symbol.asyncDispose]());

  it.each(REFERENCES)('%s installs and lists its tools through run', async (reference, flags) => {
    const { envelope, stderr } = await user.json(['install', reference, '--yes', ...flags]);
    expect(envelope, stderr).toMatchObject({ ok: true, result: { outcome: 'installed' } });
    const client = await user.connect(String(envelope.result.server));
    expect((await client.listTools()).tools.length).toBeGreaterThan(0);
    await client.close();
  });

  it.each([
    ['npm:is-number', 2, /is-number.*executable/],
    ['pypi:six', 2, /six.*executable/],
    ['npm:no-such-package-cc-mcp-0', 3, /no-such-package-cc-mcp-0/],
    ['pypi:no-such-package-cc-mcp-0', 3, /no-such-package-cc-mcp-0/],
    ['npm:is-number@99.0.0', 3, /99\.0\.0/],
    ['pypi:mcp-server-git@99.0.0', 3, /99\.0\.0/],
    ['pypi:postgres-mcp', 7, /pglast/],
    ['no-such-thing', 3, /no-such-thing/],
    ['npm:x;touch /tmp/cc-mcp-pwned', 2, /x;touch/],
    ['npm:../../etc/passwd', 2, /etc\/passwd/],
    ['npm:$(id)', 2, /\$\(id\)/],
    ['pypi:a b', 2, /a b/],
    ['npm:--registry=http://127.0.0.1:9', 2, /--registry/],
    ['git+https://example.com/x@--upload-pack=id', 2, /is not a branch, a tag or a commit/],
    ['git+http://127.0.0.1:9/x', 7, /could not read http:\/\/127\.0\.0\.1:9\/x/],
    ['docker:127.0.0.1:9/none:1', 7, /could not be pulled/],
  ])('%s gives one clear line and exit %i, and leaves nothing', async (reference, exit, line) => {
    const { code, envelope } = await user.json(['install', reference, '--yes']);
    expect([code, envelope.error?.message]).toEqual([exit, expect.stringMatching(line)]);
    expect(envelope.error.message).not.toContain('\n');
    const manifest = await readJson(join(user.ccMcpHome, 'mcp.json')).catch(() => ({ mcpServers: {} }));
    expect(Object.keys(manifest['mcpServers'] as object).filter((name) => /number|six|99|postgres|no-such/.test(name))).toEqual([]);
    const home = await homeIdOf(user);
    expect(await docker('ps', '--all', '--quiet', '--filter', `label=io.cc-mcp.home=${home}`)).toBe('');
    expect(readdirSync('/tmp')).not.toContain('cc-mcp-pwned');
  });

  it.each([
    ['a value', ['install', 'npm:@modelcontextprotocol/server-slack'], /--env SLACK_BOT_TOKEN/],
    ['a folder', ['install', 'npm:@modelcontextprotocol/server-filesystem', '--name', 'nofolder', '--', '/data/notes'], /--allow-read=\/data\/notes/],
  ])('a server that needs %s is told by the gate', async (_, args, line) => {
    const [command = '', ...rest] = args;
    const { code, envelope } = await user.json([command, '--yes', ...rest]);
    expect([code, envelope.error.message + envelope.error.suggestions.join(' ')]).toEqual([8, expect.stringMatching(line)]);
  });
});
