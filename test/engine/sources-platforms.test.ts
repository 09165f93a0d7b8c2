import { expect, test } from 'vitest';
import { DockerToolContainers } from '../../src/docker/tool-containers.ts';
import type { OpenedSource } from '../../src/domain/source.ts';
import { realBench, token } from '../support/engine.ts';
import { npmRig, pypiRig, type SourceRig } from './sources-rig.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Fetches a tree for another platform from a lock that this one made; what `list` prints. */
async function fetched({ image }: Pick<SourceRig<OpenedSource>, 'image'>, files: readonly { readonly path: string; readonly content: Uint8Array }[], script: string): Promise<readonly string[]> {
  const { engine, labels } = await realBench();
  const tools = new DockerToolContainers(engine, { labels, newToken: token, caBundle: process.env['NODE_EXTRA_CA_CERTS'], proxies: {}, network: 'default' });
  const { exitCode, output, files: outputs } = await tools.run({
    image, command: ['sh', '-euc', script], files, outputs: ['found.txt'], environment: { NPM_CONFIG_USERCONFIG: '/work/npmrc' }, network: 'default', timeLimit: 120,
  }, () => {});
  expect(exitCode, output).toBe(0);
  return new TextDecoder().decode(outputs.get('found.txt')).trim().split('\n');
}

test('[N6] the npm lock of one platform has the optional packages of linux/arm64', async () => {
  const rig = await npmRig();
  const resolved = await rig.source.resolve('esbuild', '0.28.2');
  const { lock, executables: [executable = { name: '', target: '' }] } = await rig.source.lock({ resolved, overrides: [], baseImage: rig.image, allowScripts: false }, () => {});
  // Without the addresses that the process that resolved it knows: as a colleague has it.
  const { source } = await npmRig();
  const { files } = source.buildInput({ resolved, lock: source.parseLock(lock.content, 'esbuild', '0.28.2'), executable, allowScripts: false });
  const context = files.filter(({ path }) => /^context\/[^/]+$/.test(path)).map(({ path, content }) => ({ path: path.slice('context/'.length), content }));
  const found = await fetched(rig, context, 'npm ci --os=linux --cpu=arm64 --libc=glibc --omit=dev --ignore-scripts --no-audit --no-fund >&2; ls node_modules/@esbuild >found.txt');
  expect(found).toEqual(['linux-arm64']);
});

test('[N6] the PyPI lock of one platform has the wheels of linux/arm64', async () => {
  const rig = await pypiRig();
  const resolved = await rig.source.resolve('mcp-server-time', undefined);
  const { lock } = await rig.source.lock({ resolved, overrides: [], baseImage: rig.image, allowScripts: false }, () => {});
  const found = await fetched(rig, [{ path: 'requirements.txt', content: encode(lock.content) }], `
    uv pip install --quiet --no-config --python-platform aarch64-unknown-linux-gnu --python-version 3.13 --no-build --require-hashes --target found --requirement requirements.txt >&2
    find found -name '*.so' >found.txt`);
  expect(found.length).toBeGreaterThan(1);
  expect(found.filter((path) => !/aarch64|abi3/.test(path))).toEqual([]);
  expect(found.some((path) => path.includes('aarch64'))).toBe(true);
});
