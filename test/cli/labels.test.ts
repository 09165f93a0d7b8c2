import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UserHome } from '../support/user-home.ts';
import { docker, homeIdOf, userHome } from '../support/user-home.ts';

const KEYS = ['home', 'manifest', 'server', 'token', 'recipe', 'version'].map((key) => `io.cc-mcp.${key}`);

describe('[M10] [M14] what can be told as ours', () => {
  let user: UserHome;
  let home = '';
  /** Labels of each container that was created meanwhile and is of this home, and of those of nobody that carry a label of ours. */
  let created: Record<string, string>[] = [];
  beforeAll(async () => {
    user = await userHome();
    const since = Math.floor(Date.now() / 1000);
    // The second server has the recipe of the first: it is found by reading the image.
    for (const args of [['install', 'memory', '--enable'], ['install', 'memory', '--name', 'second'], ['test', 'memory']]) {
      const { code, stderr } = await user.cc([...args, '--yes']);
      expect([args, code], stderr).toEqual([args, 0]);
    }
    home = await homeIdOf(user);
    const until = Math.floor(Date.now() / 1000) + 1;
    const events = await docker('events', '--since', String(since), '--until', String(until), '--filter', 'type=container', '--filter', 'event=create', '--format', '{{json .Actor.Attributes}}');
    created = events.split('\n').map((line) => JSON.parse(line) as Record<string, string>);
  });
  afterAll(() => user[Symbol.asyncDispose]());

  it('every container carries every label key of ours, with the home, the manifest and the server that it is for', () => {
    const ours = created.filter((labels) => labels['io.cc-mcp.home'] === home);
    // Reading the image, giving the state to its user, the gate twice, a standby: none of them is missing from the list.
    expect(ours.length).toBeGreaterThanOrEqual(6);
    for (const labels of ours) {
      expect(KEYS.filter((key) => labels[key] === undefined), labels['name']).toEqual([]);
      expect(labels, labels['name']).toMatchObject({ 'io.cc-mcp.manifest': 'global', 'io.cc-mcp.server': expect.stringMatching(/^(?:memory|second)$/), 'io.cc-mcp.token': expect.stringMatching(/^[0-9a-f]{24}$/) });
    }
    expect(ours.some((labels) => labels['io.cc-mcp.server'] === 'second' && !(labels['name'] ?? '').startsWith('cc-mcp-'))).toBe(true);
  });

  it('an image carries recipe and version, and no home', async () => {
    const images = (await docker('images', '--no-trunc', '--quiet', '--filter', `reference=cc-mcp/used-by:${home.slice(0, 8)}-*`)).split('\n');
    for (const image of new Set(images)) {
      const labels = JSON.parse(await docker('image', 'inspect', '--format', '{{json .Config.Labels}}', image)) as Record<string, string>;
      expect(KEYS.filter((key) => key in labels)).toEqual(['io.cc-mcp.recipe', 'io.cc-mcp.version']);
    }
  });
});
