import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { pypiIndex } from '../support/pypi-index.ts';
import { pypiRig } from './sources-rig.ts';

const WANTED = { package: 'mcp-server-calculator', range: '0.2.1', overrides: ['mcp<2'] } as const;

test('a server with an override is built from PyPI, and from its lock alone, and lists its tools', async () => {
  const rig = await pypiRig();
  const { resolved, locked, imageId, entrypoint, executable } = await rig.install(WANTED);
  expect(resolved).toMatchObject({ type: 'pypi', package: 'mcp-server-calculator', version: '0.2.1', publishedAt: expect.stringMatching(/^20\d\d-.*Z$/) });
  expect(locked.executables).toEqual([{ name: 'mcp-server-calculator', target: 'mcp-server-calculator' }]);
  expect(locked.lock.content).toMatch(/^mcp==1\.\d+\.\d+ \\\n {4}--hash=sha256:/m);
  expect(entrypoint).toEqual(['/opt/cc-mcp/venv/bin/mcp-server-calculator']);
  const client = await rig.connect(imageId, entrypoint);
  expect((await client.listTools()).tools.map(({ name }) => name)).toContain('calculate');
  const listing = await rig.run(imageId, ['sh', '-c', 'id -u; id -g; stat -c %a /root; ls -A /opt/cc-mcp /root /tmp; env; cat /opt/cc-mcp/lock/requirements.txt']);
  expect(listing.split('\n').slice(0, 3)).toEqual(['10001', '10001', '711']);
  expect(listing).toContain(locked.lock.content);
  expect(listing).not.toMatch(/ca\.crt|ca\.pem|SSL_CERT|UV_DEFAULT_INDEX/);
  const second = await pypiRig();
  const rebuilt = await second.build({ resolved, lock: second.source.parseLock(locked.lock.content, WANTED.package, WANTED.range), executable, allowScripts: false });
  const plain = await second.connect(rebuilt.imageId, ['/opt/cc-mcp/bin/server']);
  expect((await plain.listTools()).tools.map(({ name }) => name)).toContain('calculate');
});

test('postgres-mcp as published names what broke and how to cure it', async () => {
  const { source, image } = await pypiRig();
  const resolved = await source.resolve('postgres-mcp', '0.3.0');
  await expect(source.lock({ resolved, overrides: [], baseImage: image, allowScripts: false }, () => {})).rejects.toMatchObject({
    code: 'RESOLUTION_FAILED', message: 'pglast==7.2.0, wanted by postgres-mcp 0.3.0, does not exist', suggestions: ["Try another version of it: --override 'pglast>=7.2.0'"],
  });
});

test('what does not exist is named', async () => {
  const { source } = await pypiRig();
  await expect(source.resolve('cc-mcp-no-such-package-3f9a', undefined)).rejects.toMatchObject({ code: 'PACKAGE_NOT_FOUND' });
  await expect(source.resolve('postgres-mcp', '0.0.999')).rejects.toMatchObject({ code: 'VERSION_NOT_FOUND' });
});

test('a source is built only when its code may run', async () => {
  const rig = await pypiRig();
  const resolved = await rig.source.resolve('docopt', '0.6.2');
  expect(resolved.hasInstallScripts).toBe(true);
  const request = { resolved, overrides: [], baseImage: rig.image };
  await expect(rig.source.lock({ ...request, allowScripts: false }, () => {})).rejects.toMatchObject({ code: 'RESOLUTION_FAILED', suggestions: expect.arrayContaining([expect.stringContaining('--allow-scripts')]) });
  const { lock } = await rig.source.lock({ ...request, allowScripts: true }, () => {});
  expect(lock.content).toMatch(/^docopt==0\.6\.2 \\\n {4}--hash=sha256:/);
});

test('[M17] a uv.toml, a pip.conf and a pyproject.toml of the working directory steer nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cc-mcp-cwd-'));
  const before = process.cwd();
  onTestFinished(() => {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  });
  writeFileSync(join(folder, 'uv.toml'), 'index-url = "http://127.0.0.1:9/"\n');
  writeFileSync(join(folder, 'pip.conf'), '[global]\nindex-url = http://127.0.0.1:9/\n');
  writeFileSync(join(folder, 'pyproject.toml'), '[tool.uv]\nindex-url = "http://127.0.0.1:9/"\noverride-dependencies = ["mcp==0.0.0"]\n');
  process.chdir(folder);
  const { source } = await pypiRig();
  expect((await source.resolve('postgres-mcp', undefined)).version).toMatch(/^\d/);
});

test('[N13] an image of a stranger\'s lock is searched for packages that nothing asks for, and their code does not run meanwhile', async () => {
  const wheel = { version: '1.0.0', kind: 'wheel' } as const;
  const index = await pypiIndex(() => [
    { ...wheel, name: 'cc-mcp-test-top', requires: ['CC_MCP.test-mid[fast]>=1 ; python_version >= "3"'], scripts: { top: 'cc_mcp_test_top:main' }, files: { 'cc_mcp_test_top.py': 'def main():\n    print("top")\n' } },
    { ...wheel, name: 'cc-mcp-test-mid', files: { 'cc_mcp_test_mid.py': '' } },
    // Python runs a line of a path file that begins with an import whenever it starts.
    { ...wheel, name: 'cc-mcp-test-evil', files: { 'evil.pth': 'import os; os.path.isdir("/work") and open("/work/strangers.txt", "w").write("")\n' } },
  ], ['user:password']);
  const rig = await pypiRig({ extra: [index.address.replace('://', '://user:password@')] });
  const { resolved, locked, executable, imageId } = await rig.install({ package: 'cc-mcp-test-top' });
  expect(await rig.run(imageId, ['/opt/cc-mcp/bin/server'])).toBe('top\n');
  expect(await rig.source.strangersIn(imageId, { content: locked.lock.content, package: 'cc-mcp-test-top' })).toEqual([]);
  const evil = await rig.source.lock({ resolved: { ...resolved, package: 'cc-mcp-test-evil' }, overrides: [], baseImage: rig.image, allowScripts: false }, () => {});
  const content = locked.lock.content + evil.lock.content;
  const hostile = await rig.build({ resolved, lock: rig.source.parseLock(content, 'cc-mcp-test-top', '1.0.0'), executable, allowScripts: false });
  expect(await rig.source.strangersIn(hostile.imageId, { content, package: 'cc-mcp-test-top' })).toEqual(['cc-mcp-test-evil']);
});
