import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UserHome } from '../support/user-home.ts';
import { docker, homeIdOf, testImages, userHome } from '../support/user-home.ts';

describe('[M10] things that look like ours and are not', () => {
  let user: UserHome;
  let base = '';
  const made: string[][] = [];
  beforeAll(async () => {
    user = await userHome();
    const images = (await testImages()) as { images?: { bases?: Record<string, string> } };
    base = images.images?.bases?.['node'] ?? 'node:24-slim';
    expect((await user.cc(['install', 'memory', '--enable', '--yes'])).code).toBe(0);
  });
  afterAll(async () => {
    await user[Symbol.asyncDispose]();
    for (const args of made) await docker(...args);
  });

  it('[F26] [F27] a container, a network and a volume with another home\'s labels survive every command', async () => {
    const name = `cc-mcp-memory-${randomBytes(6).toString('hex')}`;
    const labels = ['--label', 'io.cc-mcp.home=somebody-else', '--label', 'io.cc-mcp.server=memory', '--label', 'io.cc-mcp.manifest=global', '--label', `io.cc-mcp.token=${'a'.repeat(24)}`];
    await docker('run', '--detach', '--name', name, ...labels, '--entrypoint', 'sleep', base, '600');
    made.push(['rm', '--force', name]);
    await docker('network', 'create', ...labels, name);
    made.push(['network', 'rm', name]);
    await docker('volume', 'create', ...labels, name);
    made.push(['volume', 'rm', name]);
    for (const args of [['status'], ['prune', '--yes'], ['disable', 'memory'], ['enable', 'memory'], ['uninstall', 'memory', '--purge', '--yes']]) expect([args, (await user.cc(args)).code]).toEqual([args, 0]);
    expect(await docker('inspect', '--format', '{{.State.Running}}', name)).toBe('true');
    expect(await docker('network', 'inspect', '--format', '{{.Name}}', name)).toBe(name);
    expect(await docker('volume', 'inspect', '--format', '{{.Name}}', name)).toBe(name);
  });

  it('an image under the name that we wanted, even with our labels, is neither used nor moved: a conflict that says what to type', async () => {
    const container = await docker('create', '--entrypoint', 'true', base);
    made.push(['rm', container]);
    const { envelope: plan } = await user.json(['install', 'everything', '--name', 'taken', '--dry-run', '--yes']);
    const tag = `cc-mcp/taken:${plan.result.version}`;
    await docker('commit', '--change', 'LABEL io.cc-mcp.recipe=forged io.cc-mcp.version=0.0.0', container, tag);
    made.push(['image', 'rm', tag]);
    const before = await docker('image', 'inspect', '--format', '{{.Id}}', tag);
    const { code, envelope } = await user.json(['install', 'everything', '--name', 'taken', '--yes']);
    expect([code, envelope.error]).toEqual([5, expect.objectContaining({ code: 'CONFLICT', message: expect.stringContaining(tag), suggestions: expect.arrayContaining([expect.stringContaining('--name')]) })]);
    expect(await docker('image', 'inspect', '--format', '{{.Id}}', tag)).toBe(before);
  });

  it('[F27] a volume under the name of our state is not used', async () => {
    const first = await user.json(['install', 'memory', '--name', 'mine', '--yes']);
    expect(first.code).toBe(0);
    const volume = (await docker('volume', 'ls', '--quiet', '--filter', `label=io.cc-mcp.home=${await homeIdOf(user)}`, '--filter', 'label=io.cc-mcp.server=mine')).split('\n')[0] ?? '';
    expect(volume).toMatch(/^cc-mcp-mine-state-/);
    expect((await user.cc(['uninstall', 'mine', '--purge', '--yes'])).code).toBe(0);
    await docker('volume', 'create', volume);
    made.push(['volume', 'rm', volume]);
    const { code, envelope } = await user.json(['install', 'memory', '--name', 'mine', '--yes']);
    expect([code, envelope.error]).toEqual([5, expect.objectContaining({ code: 'CONFLICT', message: expect.stringContaining(volume) })]);
  });
});
