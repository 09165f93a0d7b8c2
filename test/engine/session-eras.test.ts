import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/run-client.ts';
import { SessionHome } from '../support/session-home.ts';
import { type SessionProgram, sessionProgram } from '../support/session-program.ts';

let program: SessionProgram;
let home: SessionHome;
beforeAll(async () => {
  [program, home] = [await sessionProgram(), await SessionHome.create()];
  await home.addServer('polite.mjs', { name: 'legacy', recipe: { era: 'legacy', standby: 'off' } });
  await home.addServer('modern.mjs', { name: 'modern', recipe: { era: 'modern', standby: 'off' } });
  await home.addServer('dual.mjs', { name: 'dual', recipe: { era: 'dual', standby: 'off' } });
});
afterAll(async () => {
  await home[Symbol.asyncDispose]();
  await program[Symbol.asyncDispose]();
});

const MODES = { legacy: 'legacy', auto: 'auto', modern: { pin: '2026-07-28' } } as const;

function connecting(server: string, mode: keyof typeof MODES): { readonly client: Client; readonly connected: Promise<void> } {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: MODES[mode] } });
  const env = { HOME: home.folder, PATH: process.env['PATH'] ?? '' };
  return { client, connected: client.connect(new StdioClientTransport({ command: process.execPath, args: [program.bin, 'run', server], cwd: home.folder, env, stderr: 'pipe' })) };
}

describe('[M2] [M7] a client of each era, and a server of each, through run', () => {
  test.each([
    ['legacy', 'legacy', '2025-11-25'],
    ['auto', 'legacy', '2025-11-25'],
    ['auto', 'modern', '2026-07-28'],
    ['modern', 'modern', '2026-07-28'],
    ['legacy', 'dual', '2025-11-25'],
    ['auto', 'dual', '2026-07-28'],
    ['modern', 'dual', '2026-07-28'],
  ] as const)('one that is %s speaks to one that is %s in %s: lists and calls', async (mode, server, version) => {
    const { client, connected } = connecting(server, mode);
    try {
      await connected;
      expect(client.getNegotiatedProtocolVersion()).toBe(version);
      expect((await client.listTools()).tools.map(({ name }) => name)).toContain('echo');
      expect((await client.callTool({ name: 'echo', arguments: { text: 'é' } })).content).toMatchObject([{ text: 'é' }]);
    } finally {
      await client.close();
    }
  });

  test.each([['modern', 'legacy'], ['legacy', 'modern']] as const)('one that is %s is refused by one that is %s, at once', async (mode, server) => {
    const { client, connected } = connecting(server, mode);
    const begun = performance.now();
    await expect(connected).rejects.toThrow();
    expect(performance.now() - begun).toBeLessThan(20_000);
    await client.close();
  });

  test('nothing is left of them', async () => {
    // A client that looks for the era ends its process for that by SIGTERM, which may be at work still.
    await eventually('no container', async () => {
      await home.reap();
      return (await home.containers()).length === 0;
    }, 10_000);
  });
});
