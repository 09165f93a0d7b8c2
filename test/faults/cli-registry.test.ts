import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PublishedPackage } from '../support/npm-registry.ts';
import { npmRegistry } from '../support/npm-registry.ts';
import { docker, homeIdOf, userHome } from '../support/user-home.ts';

const NAME = `sent-otherwise-${randomUUID()}`;
const PROTOCOL = readFileSync(join(import.meta.dirname, '../fixtures/servers/protocol.mjs'), 'utf8');
const version = (version: string, sent: (archive: Buffer) => Buffer): PublishedPackage => ({
  name: NAME, version, sent, manifest: { type: 'module', bin: './server.mjs' }, files: { 'server.mjs': "#!/usr/bin/env node\nimport { serve } from './protocol.mjs';\nserve();\n", 'protocol.mjs': PROTOCOL },
});

test('[F30] an archive that does not have the bytes that the registry says is never installed; the whole one is', async () => {
  const address = await npmRegistry(() => [version('1.0.0', (archive) => archive.subarray(0, archive.length / 2)), version('1.0.1', (archive) => archive)]);
  await using user = await userHome();
  const install = (which: string) => user.json(['install', `npm:${NAME}@${which}`, '--name', 'sent', '--yes'], { env: { npm_config_registry: address } });
  const refused = await install('1.0.0');
  expect([refused.code, refused.envelope.error]).toEqual([7, expect.objectContaining({ message: expect.stringMatching(/^An archive is not the one of the lock: [^\n]*$/) })]);
  expect(await docker('ps', '--all', '--quiet', '--filter', `label=io.cc-mcp.home=${await homeIdOf(user)}`)).toBe('');
  const { envelope, stderr } = await install('1.0.1');
  expect(envelope, stderr).toMatchObject({ ok: true, result: { outcome: 'installed' } });
}, 600_000);
