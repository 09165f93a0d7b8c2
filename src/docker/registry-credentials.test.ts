import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { registryCredentials } from './registry-credentials.ts';

function homeWith(configuration: string): string {
  const home = mkdtempSync(join(tmpdir(), 'cc-mcp-credentials-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  mkdirSync(join(home, '.docker'));
  writeFileSync(join(home, '.docker/config.json'), configuration);
  return home;
}

const auth = (text: string): { readonly auth: string } => ({ auth: Buffer.from(text).toString('base64') });

test('each registry gets its own credentials, and one that nobody logged in to none', async () => {
  const homeFolder = homeWith(JSON.stringify({ auths: { 'ghcr.io': auth('me:pass:word'), 'https://index.docker.io/v1/': auth('hub:secret'), 'token.example': { identitytoken: 'abc' }, 'helper.example': {} } }));
  const of = (image: string) => registryCredentials(image, { environment: {}, homeFolder });
  expect(await of('ghcr.io/x/y:1')).toEqual({ username: 'me', password: 'pass:word', serveraddress: 'ghcr.io' });
  for (const image of ['redis', 'mcp/fetch:1', 'docker.io/library/redis']) expect(await of(image)).toEqual({ username: 'hub', password: 'secret', serveraddress: 'https://index.docker.io/v1/' });
  expect(await of('token.example/x')).toEqual({ identitytoken: 'abc', serveraddress: 'token.example' });
  for (const image of ['helper.example/x', 'ghcr.io.evil.example/x', 'ghcr.io:444/x']) expect(await of(image)).toBeUndefined();
});

test('DOCKER_CONFIG names another folder, and no file or a broken one means no credentials', async () => {
  const homeFolder = homeWith('{');
  expect(await registryCredentials('ghcr.io/x', { environment: {}, homeFolder })).toBeUndefined();
  expect(await registryCredentials('ghcr.io/x', { environment: { DOCKER_CONFIG: join(homeFolder, 'none') }, homeFolder })).toBeUndefined();
  const other = homeWith(JSON.stringify({ auths: { 'ghcr.io': auth('a:b') } }));
  expect(await registryCredentials('ghcr.io/x', { environment: { DOCKER_CONFIG: join(other, '.docker') }, homeFolder })).toMatchObject({ username: 'a' });
});
