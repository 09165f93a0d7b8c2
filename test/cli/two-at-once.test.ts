import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UserHome } from '../support/user-home.ts';
import { userHome } from '../support/user-home.ts';

describe('[M9] two installs at once', () => {
  let user: UserHome;
  beforeAll(async () => {
    user = await userHome();
  });
  afterAll(() => user[Symbol.asyncDispose]());

  it('[F11] into one manifest lose no entry, no comment and no foreign key', async () => {
    const path = join(user.ccMcpHome, 'mcp.json');
    const text = '{\r\n\t// mine\r\n\t"other": {"keep": [1, 2]},\r\n\t"mcpServers": {\r\n\t\t"gh": {"command": "npx", "args": ["gh"]} // by hand\r\n\t}\r\n}\r\n';
    writeFileSync(path, text, { mode: 0o600 });
    const [a, b] = await Promise.all([user.cc(['install', 'memory', '--yes']), user.cc(['install', 'everything', '--yes'])]);
    expect([a.code, a.stderr, b.code, b.stderr]).toEqual([0, expect.anything(), 0, expect.anything()]);
    const after = readFileSync(path, 'utf8');
    for (const kept of ['\t// mine\r\n', '"other": {"keep": [1, 2]}', '"gh": {"command": "npx", "args": ["gh"]}', '// by hand', '"memory"', '"everything"']) expect(after).toContain(kept);
  });

  it('[F10] of the same server give one entry; the second waits and says that it is there', async () => {
    const runs = await Promise.all([1, 2].map(() => user.json(['install', 'everything', '--name', 'same', '--yes'])));
    expect(runs.map(({ envelope }) => envelope.result?.outcome).sort()).toEqual(['already-installed', 'installed']);
  });
});
