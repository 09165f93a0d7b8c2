import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configResult } from '../../schemas/source/config.ts';
import { envelope } from '../../schemas/source/envelope.ts';
import type { EmptyHome } from '../support/empty-home.ts';
import { emptyHome } from '../support/empty-home.ts';

describe('config', () => {
  let user: EmptyHome;
  beforeEach(async () => { user = await emptyHome(); });
  afterEach(() => user[Symbol.asyncDispose]());

  const file = (): string => join(user.home, '.cc-mcp/config.json');

  it('shows every setting and where it comes from, without making anything', async () => {
    const { code, stdout } = await user.cc(['config', '--json'], { env: { CC_MCP_ENGINE: 'unix:///mine.sock' } });
    const parsed = envelope(configResult).parse(JSON.parse(stdout));
    expect([code, parsed]).toMatchObject([0, { ok: true, result: { outcome: 'listed', file: file() } }]);
    expect(parsed.ok && parsed.result.settings).toEqual(expect.arrayContaining([
      { key: 'engine', value: 'unix:///mine.sock', origin: 'environment', from: 'CC_MCP_ENGINE' },
      { key: 'images.bases.node', value: 'node:24-slim', origin: 'default', from: 'default' },
      { key: 'run.waitForEngine', value: 20, origin: 'default', from: 'default' },
    ]));
    expect(() => readFileSync(file())).toThrow('ENOENT');
  });

  it('sets, gets and takes away, for this user alone', async () => {
    expect((await user.cc(['config', 'set', 'run.waitForEngine', '3'])).code).toBe(0);
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({ run: { waitForEngine: 3 } });
    expect(await user.cc(['config', 'get', 'run.waitForEngine'])).toMatchObject({ code: 0, stdout: '3\n' });
    expect((await user.cc(['config', 'unset', 'run.waitForEngine'])).code).toBe(0);
    expect(await user.cc(['config', 'get', 'run.waitForEngine'])).toMatchObject({ code: 0, stdout: '20\n' });
  });

  it.each([
    [['config', 'get', 'memory'], '"memory" is not a setting'],
    [['config', 'set', 'standby.memory', 'lots'], '"lots" is not an amount of memory: write it like 512m or 1g'],
    [['config', 'set', 'standby.memory'], 'cc-mcp config set needs a KEY and a VALUE'],
    [['config', 'sett', 'engine', 'x'], '"sett" is not something that config does; did you mean set?'],
  ])('%j is exit 2 and changes nothing', async (args, message) => {
    const { code, stdout, stderr } = await user.cc(args);
    expect([code, stdout, stderr.split('\n')[0]]).toEqual([2, '', `Error: ${message}`]);
    expect(() => readFileSync(file())).toThrow('ENOENT');
  });
});
