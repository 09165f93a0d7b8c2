import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UserHome } from '../support/user-home.ts';
import { callText, docker, userHome } from '../support/user-home.ts';

describe('[M18] [M14] state', () => {
  let user: UserHome;
  beforeAll(async () => {
    user = await userHome();
    const { code, stderr } = await user.cc(['install', 'memory', '--enable', '--yes']);
    expect([code, stderr]).toEqual([0, expect.anything()]);
  });
  afterAll(() => user[Symbol.asyncDispose]());

  it('shows to B what A wrote before it ended, however often', async () => {
    for (const name of ['ada', 'grace', 'edsger']) {
      const a = await user.connect('memory');
      await callText(a, 'create_entities', { entities: [{ name, entityType: 'person', observations: ['wrote code'] }] });
      await a.close();
      const b = await user.connect('memory');
      expect(await callText(b, 'read_graph', {})).toContain(name);
      await b.close();
    }
  });

  it('[F53] keeps its state over an uninstall, gives it back to the same package, and takes it away with --purge', async () => {
    const first = await user.json(['uninstall', 'memory']);
    expect(first.envelope).toMatchObject({ ok: true, result: { kept: expect.arrayContaining([expect.stringContaining('volume')]) } });
    expect((await user.cc(['install', 'memory', '--yes'])).code).toBe(0);
    const client = await user.connect('memory');
    expect(await callText(client, 'read_graph', {})).toContain('ada');
    await client.close();
    const purged = await user.json(['uninstall', 'memory', '--purge', '--yes']);
    const [volume] = purged.envelope.result.removed.volumes as string[];
    expect(await docker('volume', 'ls', '--quiet', '--filter', `name=${volume}`)).toBe('');
  });
});
