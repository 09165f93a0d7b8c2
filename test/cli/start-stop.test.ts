import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UserHome } from '../support/user-home.ts';
import { docker, homeIdOf, userHome } from '../support/user-home.ts';

describe('start, stop, restart', () => {
  let user: UserHome;
  beforeAll(async () => {
    user = await userHome();
    const { code, stderr } = await user.cc(['install', 'everything', '--yes']);
    expect([code, stderr]).toEqual([0, expect.anything()]);
  });
  afterAll(() => user[Symbol.asyncDispose]());

  async function containers(): Promise<string[]> {
    const ids = await docker('ps', '--all', '--quiet', '--filter', `label=io.cc-mcp.home=${await homeIdOf(user)}`);
    return ids.split('\n').filter((id) => id !== '');
  }

  it('start of one that is not enabled says what to type', async () => {
    const { code, envelope } = await user.json(['start', 'everything']);
    expect([code, envelope.error]).toEqual([5, expect.objectContaining({ code: 'NOT_ENABLED', suggestions: ['cc-mcp enable everything'] })]);
    expect((await user.cc(['stop', 'nope'])).code).toBe(3);
  });

  it('stop ends sessions and standby for good, and leaves the client its entry', async () => {
    expect((await user.cc(['enable', 'everything'])).code).toBe(0);
    const entry = readFileSync(join(user.home, '.claude.json'), 'utf8');
    const client = await user.connect('everything');
    await client.listTools();
    const stopped = await user.json(['stop', 'everything']);
    expect(stopped.envelope, stopped.stderr).toMatchObject({ ok: true, result: { outcome: 'stopped', sessions: 1 } });
    await expect(client.listTools()).rejects.toThrow();
    // Longer than the keeper behind a session waits with the next standby.
    await delay(6000);
    expect(await containers()).toEqual([]);
    expect((await user.json(['stop', 'everything'])).envelope.result).toMatchObject({ outcome: 'already-stopped', sessions: 0, standbys: 0 });
    expect(readFileSync(join(user.home, '.claude.json'), 'utf8')).toBe(entry);
  });

  it('start brings the standby back, once', async () => {
    expect((await user.json(['start', 'everything'])).envelope.result).toMatchObject({ outcome: 'started' });
    const first = await containers();
    expect(first).toHaveLength(1);
    expect((await user.json(['start', 'everything'])).envelope.result).toMatchObject({ outcome: 'already-started' });
    expect(await containers()).toEqual(first);
  });

  it('a smaller budget of standbys lets it go at once, and no standby comes back before there is room', async () => {
    expect((await user.cc(['config', 'set', 'standby.memory', '1m'])).code).toBe(0);
    expect(await containers()).toEqual([]);
    expect((await user.json(['start', 'everything'])).envelope.result).toMatchObject({ outcome: 'on-demand' });
    expect(await containers()).toEqual([]);
    expect((await user.cc(['config', 'unset', 'standby.memory'])).code).toBe(0);
    expect((await user.json(['start', 'everything'])).envelope.result).toMatchObject({ outcome: 'started' });
  });

  it('restart gives another standby, and a client after a stop is served', async () => {
    const before = await containers();
    expect((await user.json(['restart', 'everything'])).envelope.result).toMatchObject({ outcome: 'restarted', standbys: 1 });
    const after = await containers();
    expect(after).toHaveLength(1);
    expect(after).not.toEqual(before);
    expect((await user.cc(['stop', 'everything'])).code).toBe(0);
    const client = await user.connect('everything');
    expect((await client.listTools()).tools.length).toBeGreaterThan(3);
  });
});
