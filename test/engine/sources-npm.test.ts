import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { npmRegistry } from '../support/npm-registry.ts';
import { npmRig } from './sources-rig.ts';

const FILESYSTEM = '@modelcontextprotocol/server-filesystem';

test('server-filesystem is built from npm and answers initialize', async () => {
  const rig = await npmRig();
  const { resolved, locked, imageId, entrypoint } = await rig.install({ package: FILESYSTEM });
  expect(resolved).toMatchObject({ type: 'npm', package: FILESYSTEM, executables: [{ name: 'mcp-server-filesystem', target: 'dist/index.js' }], hasInstallScripts: false });
  expect(locked.packages).toBeGreaterThan(20);
  expect(locked.lock.content).not.toMatch(/https?:/);
  expect(entrypoint).toEqual(['/opt/cc-mcp/bin/node', `/opt/cc-mcp/node_modules/${FILESYSTEM}/dist/index.js`]);
  const client = await rig.connect(imageId, entrypoint, { arguments: ['/tmp'] });
  expect((await client.listTools()).tools.map(({ name }) => name)).toContain('read_text_file');
  // The image's own entrypoint is the same server.
  const plain = await rig.connect(imageId, ['/opt/cc-mcp/bin/server'], { arguments: ['/tmp'] });
  expect((await plain.listTools()).tools.length).toBeGreaterThan(5);
  const listing = await rig.run(imageId, ['sh', '-c', 'id -u; id -g; stat -c %a /root; ls -A /opt/cc-mcp /opt/cc-mcp/node_modules; cat /opt/cc-mcp/lock/package-lock.json; env']);
  expect(listing.split('\n').slice(0, 3)).toEqual(['10001', '10001', '711']);
  expect(listing).toContain(locked.lock.content);
  expect(listing).not.toMatch(/ca\.crt|npmrc|CA_CERTS|\.package-lock\.json/);
});

test('an image is built from a lock alone, as on a colleague\'s machine', async () => {
  const first = await npmRig();
  const { resolved, locked, executable } = await first.install({ package: FILESYSTEM });
  const second = await npmRig();
  expect(second.source.parseLock(locked.lock.content, FILESYSTEM, resolved.version)).toEqual(locked.lock);
  const { imageId, entrypoint } = await second.build({ resolved, lock: locked.lock, executable, allowScripts: false });
  const client = await second.connect(imageId, entrypoint, { arguments: ['/tmp'] });
  expect((await client.listTools()).tools.length).toBeGreaterThan(5);
});

test('an override changes the tree, and the lock holds without it', async () => {
  const rig = await npmRig();
  const { locked, imageId } = await rig.install({ package: FILESYSTEM, overrides: ['minimatch@9.0.5'] });
  expect(JSON.parse(locked.lock.content)).toMatchObject({ packages: { 'node_modules/minimatch': { version: '9.0.5' } } });
  expect(await rig.run(imageId, ['cat', '/opt/cc-mcp/node_modules/minimatch/package.json'])).toContain('"version": "9.0.5"');
});

test('what does not exist is named', async () => {
  const { source, image } = await npmRig();
  await expect(source.resolve('cc-mcp-no-such-package-3f9a', undefined)).rejects.toMatchObject({ code: 'PACKAGE_NOT_FOUND' });
  await expect(source.resolve(FILESYSTEM, '0.0.999')).rejects.toMatchObject({ code: 'VERSION_NOT_FOUND' });
  const resolved = await source.resolve(FILESYSTEM, undefined);
  await expect(source.lock({ resolved, overrides: ['minimatch@0.0.999'], baseImage: image, allowScripts: false }, () => {})).rejects.toMatchObject({
    code: 'RESOLUTION_FAILED', message: `minimatch@0.0.999, wanted by a dependency of ${FILESYSTEM} ${resolved.version}, does not exist`,
  });
});

test('lifecycle scripts run only when they are allowed', async () => {
  const rig = await npmRig();
  // esbuild's script makes its own file anew: what stands there tells whether it ran.
  const isNative = (imageId: Parameters<typeof rig.run>[0]): Promise<string> => rig.run(imageId, ['sh', '-c', 'head -c 4 /opt/cc-mcp/node_modules/esbuild/bin/esbuild | tail -c 3']);
  const without = await rig.install({ package: 'esbuild', range: '0.25.0' });
  expect(without.locked.withScripts).toEqual(['esbuild']);
  expect(await isNative(without.imageId)).not.toBe('ELF');
  const allowed = await rig.install({ package: 'esbuild', range: '0.25.0', allowScripts: true });
  expect(await isNative(allowed.imageId)).toBe('ELF');
});

/** Writes what a lifecycle script sees: whether the network answers, its environment, and what lies around it. */
const CURIOUS = `
const { writeFileSync, readdirSync } = require("node:fs");
const { networkInterfaces } = require("node:os");
const done = (registry) => writeFileSync(__dirname + "/seen.json", JSON.stringify({ registry, interfaces: Object.keys(networkInterfaces()).filter((name) => name !== "lo"), environment: process.env, around: readdirSync("/opt/cc-mcp") }));
require("node:http").get(REGISTRY, () => { done("answered"); process.exit(); }).on("error", (error) => done(error.code));
`;

test.each(['buildkit', 'classic'] as const)('from a registry on this machine\'s loopback a tree is locked and fetched; its lifecycle scripts run without network, built with %s', async (builder) => {
  const registry = await npmRegistry((address) => [
    { name: 'cc-mcp-test-top', version: '1.0.0', manifest: { bin: { top: 'index.js' }, dependencies: { 'cc-mcp-test-curious': '^1.0.0' } }, files: { 'index.js': '#!/usr/bin/env node\n' } },
    { name: 'cc-mcp-test-curious', version: '1.2.0', manifest: { scripts: { postinstall: 'node look.js' } }, files: { 'look.js': CURIOUS.replace('REGISTRY', JSON.stringify(address)) } },
  ]);
  const rig = await npmRig({ registry, proxy: undefined }, builder);
  expect(rig.source.network()).toBe('host');
  const seenBy = (imageId: Parameters<typeof rig.run>[0]): Promise<string> => rig.run(imageId, ['sh', '-c', 'cat /opt/cc-mcp/node_modules/cc-mcp-test-curious/seen.json || true']);
  const without = await rig.install({ package: 'cc-mcp-test-top' });
  expect(without.locked).toMatchObject({ packages: 2, withScripts: ['cc-mcp-test-curious'] });
  expect(await seenBy(without.imageId)).toBe('');
  const allowed = await rig.install({ package: 'cc-mcp-test-top', allowScripts: true });
  const seen = JSON.parse(await seenBy(allowed.imageId)) as { registry: string; interfaces: string[]; environment: Record<string, string>; around: string[] };
  expect(seen).toMatchObject({ registry: 'ECONNREFUSED', interfaces: [] });
  expect(seen.around).not.toEqual(expect.arrayContaining([expect.stringMatching(/npmrc|ca\.crt/)]));
  expect(JSON.stringify(seen.environment)).not.toContain(new URL(registry).host);
  expect(Object.entries(seen.environment).filter(([name, value]) => /proxy|token|auth/i.test(name) && value !== '')).toEqual([]);
  expect(await rig.run(allowed.imageId, ['cat', '/opt/cc-mcp/lock/package-lock.json'])).toBe(allowed.locked.lock.content);
});

test('[M17] an .npmrc and a package.json of the working directory steer nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cc-mcp-cwd-'));
  const before = process.cwd();
  onTestFinished(() => {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  });
  writeFileSync(join(folder, '.npmrc'), 'registry=http://127.0.0.1:9/${HOME}/\n@modelcontextprotocol:registry=http://127.0.0.1:9/\nignore-scripts=false\n');
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ overrides: { zod: '0.0.0' }, dependencies: { evil: 'http://127.0.0.1:9/evil.tgz' } }));
  process.chdir(folder);
  const { source, image } = await npmRig();
  const resolved = await source.resolve(FILESYSTEM, undefined);
  const { lock } = await source.lock({ resolved, overrides: [], baseImage: image, allowScripts: false }, () => {});
  expect(lock.content).not.toContain('evil');
});
