import { readFileSync, writeFileSync } from 'node:fs';
import { cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/domain/fingerprint.ts';
import { token } from '../support/engine.ts';
import { npmRegistry } from '../support/npm-registry.ts';
import { docker, homeIdOf, userHome } from '../support/user-home.ts';

const PROTOCOL = readFileSync(join(import.meta.dirname, '../fixtures/servers/protocol.mjs'), 'utf8');

// A test writes what nobody's types allow.
// oxlint-disable-next-line typescript/no-explicit-any
type Loose = any;

test('[N13] what a cloned lock says beside names, versions and hashes is refused in one line, and what it says was proven is proven here', async () => {
  await using author = await userHome();
  await using colleague = await userHome();
  const name = `locked-${token().slice(0, 8)}`;
  const env = { npm_config_registry: await npmRegistry(() => [
    { name: `${name}-extra`, version: '1.0.0', manifest: { type: 'module' }, files: { 'index.js': '' } },
    // What the registry says that it wants is not what it wants: so a lock comes about that holds more than follows.
    { name, version: '1.0.0', manifest: { type: 'module', bin: { locked: './server.mjs' }, dependencies: { [`${name}-extra`]: '1.0.0' } }, files: {
      'package.json': JSON.stringify({ name, version: '1.0.0', type: 'module', bin: { locked: './server.mjs' } }), 'protocol.mjs': PROTOCOL, 'server.mjs': "#!/usr/bin/env node\nimport { serve } from './protocol.mjs';\nserve();\n",
    } },
  ]) };
  for (const user of [author, colleague]) await mkdir(join(user.folder, '.git'));
  const first = await author.json(['install', `npm:${name}`, '--name', 'locked', '--project', '--yes'], { env });
  expect(first.envelope, first.stderr).toMatchObject({ ok: true });
  const [lockFile, treeFile] = [join(colleague.folder, 'mcp.lock.json'), join(colleague.folder, 'mcp.lock.d/locked.package-lock.json')];
  const clone = async (): Promise<void> => {
    for (const path of ['mcp.json', 'mcp.lock.json', 'mcp.lock.d']) await cp(join(author.folder, path), join(colleague.folder, path), { recursive: true });
  };
  const refusal = async (): Promise<string> => {
    const { code, envelope } = await colleague.json(['install', '--frozen', '--yes'], { env });
    const error = envelope.error ?? envelope.result.servers[0].error;
    expect([code, error]).toEqual([expect.toSatisfy((one) => one === 5 || one === 6), expect.objectContaining({ code: 'LOCK_INVALID', message: expect.not.stringContaining('\n') })]);
    return error.message;
  };
  const editTree = async (edit: (packages: Loose) => void): Promise<void> => {
    await clone();
    const tree = JSON.parse(await readFile(treeFile, 'utf8')) as Loose;
    edit(tree.packages);
    const content = `${JSON.stringify(tree, null, 1)}\n`;
    writeFileSync(treeFile, content);
    const lock = JSON.parse(await readFile(lockFile, 'utf8')) as Loose;
    lock.servers.locked.dependencies.sha256 = sha256(content);
    writeFileSync(lockFile, JSON.stringify(lock));
  };
  const editLock = async (edit: (entry: Loose) => void): Promise<void> => {
    await clone();
    const lock = JSON.parse(await readFile(lockFile, 'utf8')) as Loose;
    edit(lock.servers.locked);
    writeFileSync(lockFile, JSON.stringify(lock));
  };

  await editTree((packages) => { packages[`node_modules/${name}`].resolved = 'https://evil.example/x.tgz'; });
  expect(await refusal()).toContain('resolved is a key that no lock of cc-mcp has');
  await editTree((packages) => { packages[`node_modules/${name}-extra`].name = 'evil'; packages[`node_modules/${name}`].dependencies[`${name}-extra`] = 'npm:evil@1.0.0'; });
  expect(await refusal()).toContain('is another package than it is called');
  await editTree((packages) => { packages[`node_modules/${name}`].dependencies[`${name}-extra`] = 'git+ssh://git@evil.example/x.git'; });
  expect(await refusal()).toContain('wants another version than the lock has (git+ssh://git@evil.example/x.git)');
  await editTree((packages) => { delete packages[`node_modules/${name}-extra`].integrity; });
  expect(await refusal()).toContain('has no hash');
  // A tree that was never proven: its recipe is not that of the lock.
  await editTree((packages) => { packages[`node_modules/${name}-extra`].integrity = `sha512-${'A'.repeat(86)}==`; });
  expect(await refusal()).toContain('names another recipe than follows from what it says');
  await editLock((entry) => { entry.registry = 'https://evil.example/'; });
  expect(await refusal()).toContain('registry: this key is not known here');
  await editLock((entry) => { entry.source.bin = '--eval=1'; });
  expect(await refusal()).toMatch(/locked/);

  // The image is at the engine, and is taken; what the lock says of its tools is compared with what they are.
  await editLock((entry) => { entry.proven.tools = { echo: '0'.repeat(64) }; });
  const { envelope } = await colleague.json(['install', '--yes'], { env });
  expect(envelope.warnings).toContainEqual(expect.stringMatching(/tools are not those that the lock says were tested: .*echo/));
  for (const user of [author, colleague]) expect((await user.cc(['uninstall', 'locked', '--yes'])).code).toBe(0);

  // Every word of it is as cc-mcp writes it, and yet a name does not follow from the package.
  const again = await author.json(['install', `npm:${name}`, '--name', 'locked', '--project', '--yes'], { env });
  expect(again.envelope, again.stderr).toMatchObject({ ok: true });
  await clone();
  expect((await author.cc(['uninstall', 'locked', '--yes'])).code).toBe(0);
  expect(await refusal()).toBe(`The lock of locked holds ${name}-extra, which nothing that ${name} wants asks for`);
  expect(await docker('images', '--quiet', '--filter', `reference=cc-mcp/used-by:${(await homeIdOf(colleague)).slice(0, 8)}-*`)).toBe('');
}, 600_000);
