import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { UserHome } from '../support/user-home.ts';
import { docker, homeIdOf, readJson, userHome } from '../support/user-home.ts';

let user: UserHome;
beforeAll(async () => {
  user = await userHome();
});
afterAll(() => user[Symbol.asyncDispose]());

// Published to show the attacks: nothing but their descriptions is wrong.
it.each([[[]], [['--test']]])('a published server that misleads models is refused with exit 8, %j, and nothing of it stays', async (flags) => {
  const { code, envelope } = await user.json(['install', 'pypi:mcp-server-everything-wrong@0.2.1', '--override', 'mcp<2', '--yes', ...flags]);
  expect([code, envelope.error?.code]).toEqual([8, 'GATE_FAILED']);
  expect(envelope.error.message).toMatch(/the tool \w+ .* \([a-z-]+, in its (?:description|input)[^)]*\): «.+»/);
  expect(envelope.error.suggestions.join('\n')).toMatch(/Do not run it/);
  const manifest = await readJson(join(user.ccMcpHome, 'mcp.json')).catch(() => ({ mcpServers: {} }));
  expect(manifest['mcpServers'] ?? {}).toEqual({});
  expect(await docker('ps', '--all', '--quiet', '--filter', `label=io.cc-mcp.home=${await homeIdOf(user)}`)).toBe('');
});
