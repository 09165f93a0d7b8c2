import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Clock } from '../domain/clock.ts';
import type { Day } from '../domain/day.ts';
import type { ResolvedPackage } from '../domain/source.ts';
import type { ToolContainers, ToolResult, ToolRun } from '../domain/tool-container.ts';
import type { NpmConfiguration } from './npm-configuration.ts';
import { NpmSource } from './npm-source.ts';

const HASH = `sha512-${'A'.repeat(86)}==`;
const NOTHING: NpmConfiguration = { registry: undefined, scopes: {}, credentials: [], ca: [], proxy: undefined, noProxy: undefined, strictSsl: true };
const MIRROR: NpmConfiguration = { ...NOTHING, registry: 'http://localhost:4873/', proxy: 'http://proxy:1' };
const RESOLVED: ResolvedPackage = { type: 'npm', package: '@s/top', version: '1.0.0', description: '', executables: [{ name: 'top', target: 'dist/top.js' }], hasInstallScripts: false };
const FROM_NPM = JSON.stringify({
  name: 'work', lockfileVersion: 3, requires: true, packages: {
    '': { dependencies: { '@s/top': '1.0.0' } },
    'node_modules/@s/top': { version: '1.0.0', resolved: 'http://localhost:4873/@s/top/-/top-1.0.0.tgz', integrity: HASH, dependencies: { mid: '^1' } },
    'node_modules/mid': { version: '1.5.0', resolved: 'http://localhost:4873/mid/-/mid-1.5.0.tgz', integrity: HASH, hasInstallScript: true },
  },
});
const clock: Clock = { now: () => 0, monotonic: () => 0, sleep: async () => {} };

class FakeTools implements ToolContainers {
  readonly runs: ToolRun[] = [];
  readonly #result: Partial<ToolResult>;

  constructor(result: Partial<ToolResult>) {
    this.#result = result;
  }

  async run(request: ToolRun): Promise<ToolResult> {
    this.runs.push(request);
    return { exitCode: 0, oomKilled: false, output: '', files: new Map(), ...this.#result };
  }
}

function sourceOf(result: Partial<ToolResult> = {}, configuration: NpmConfiguration = NOTHING): { source: NpmSource; tools: FakeTools } {
  const tools = new FakeTools(result);
  return { tools, source: new NpmSource({ containers: tools, configuration: () => configuration, clock, packageRoot: join(import.meta.dirname, '../..'), extraCa: new TextEncoder().encode('CA') }) };
}

const locked = { files: new Map([['package-lock.json', new TextEncoder().encode(FROM_NPM)]]) };
const request = { resolved: RESOLVED, overrides: [], baseImage: 'base', allowScripts: false };
const text = (content: Uint8Array | undefined): string => new TextDecoder().decode(content);
const fileOf = (files: readonly { path: string; content: Uint8Array }[], path: string): string => text(files.find((file) => file.path === path)?.content);

describe('lock', () => {
  test('npm is asked for metadata only, with the overrides and the mirror', async () => {
    const { source, tools } = sourceOf(locked, MIRROR);
    const result = await source.lock({ ...request, overrides: ['mid@^1', '@s/x@2'] }, () => {});
    expect(result).toMatchObject({ packages: 2, withScripts: ['mid'], executables: RESOLVED.executables, lock: { kind: 'package-lock.json' } });
    expect(result.lock.content).not.toContain('localhost');
    const [run] = tools.runs;
    expect(run?.command).toEqual(expect.arrayContaining(['--package-lock-only', '--ignore-scripts']));
    expect(JSON.parse(fileOf(run?.files ?? [], 'package.json'))).toEqual({ private: true, dependencies: { '@s/top': '1.0.0' }, overrides: { mid: '^1', '@s/x': '2' } });
    expect(fileOf(run?.files ?? [], 'npmrc')).toMatch(/^registry="http:\/\/localhost:4873\/"\n(?:fetch-retry-.*\n)+$/);
    expect(run?.environment).toMatchObject({ NPM_CONFIG_USERCONFIG: '/work/npmrc', HTTPS_PROXY: 'http://proxy:1' });
    // The mirror is on this machine's loopback.
    expect(run?.network).toBe('host');
  });

  test('as of a day nothing is asked for that was published later', async () => {
    const { source, tools } = sourceOf(locked);
    const { lock } = await source.lock({ ...request, asOf: '2025-05-16' as Day }, () => {});
    expect(tools.runs[0]?.command).toContain('--before=2025-05-17T00:00:00.000Z');
    expect(source.dated.versionOf(lock.content, 'mid')).toBe('1.5.0');
    expect(source.dated.versionOf(lock.content, 'none')).toBeUndefined();
  });

  test('a version that is later than the day is one that does not exist', async () => {
    const { source } = sourceOf({ exitCode: 1, output: 'npm error code ETARGET\nnpm error notarget No matching version found for rot@^7 with a date before 5/17/2025, 12:00:00 AM.' });
    await expect(source.lock(request, () => {})).rejects.toMatchObject({ message: 'rot@^7, wanted by a dependency of @s/top 1.0.0, does not exist' });
  });

  test('a failure names the dependency, and the log is in the details', async () => {
    const output = [...Array.from({ length: 60 }, (_, index) => `line ${index}`), 'npm error code ETARGET', 'npm error notarget No matching version found for rot@7.2.0.'].join('\n');
    const { source } = sourceOf({ exitCode: 1, output });
    await expect(source.lock(request, () => {})).rejects.toMatchObject({ code: 'RESOLUTION_FAILED', exitCode: 7, message: 'rot@7.2.0, wanted by a dependency of @s/top 1.0.0, does not exist', details: { package: '@s/top', log: expect.objectContaining({ length: 40 }) } });
  });

  test.each([
    ['no memory', { exitCode: 137, oomKilled: true }, 'out of memory'],
    ['no word', { exitCode: 3, output: '\nlast words\n' }, '(exit 3): last words'],
    ['no lock', { exitCode: 0 }, 'could not resolve'],
    ['no JSON', { files: new Map([['package-lock.json', new TextEncoder().encode('{')]]) }, 'not JSON'],
  ])('%s is RESOLUTION_FAILED', async (_, result, message) => {
    await expect(sourceOf(result).source.lock(request, () => {})).rejects.toMatchObject({ code: 'RESOLUTION_FAILED', message: expect.stringContaining(message) });
  });
});

describe('buildInput', () => {
  const executable = { name: 'top', target: 'dist/top.js' };

  test('what was resolved here is built with its addresses, which stay out of the image', async () => {
    const { source } = sourceOf(locked, MIRROR);
    const { lock } = await source.lock(request, () => {});
    const input = source.buildInput({ resolved: RESOLVED, lock, executable, allowScripts: false });
    expect(input).toMatchObject({ template: 'node', templateVersion: '1', entrypoint: ['/opt/cc-mcp/bin/node', '/opt/cc-mcp/node_modules/@s/top/dist/top.js'] });
    expect(input.buildArguments).toMatchObject({ CC_MCP_EXECUTABLE: '../node_modules/@s/top/dist/top.js', HTTPS_PROXY: 'http://proxy:1' });
    expect(input.files.map(({ path }) => path)).toEqual(['Dockerfile', 'context/package.json', 'context/package-lock.json', 'context/npmrc', 'context/ca.crt', 'context/lock/package-lock.json']);
    expect(fileOf(input.files, 'context/package-lock.json')).toContain('http://localhost:4873/mid/-/mid-1.5.0.tgz');
    expect(fileOf(input.files, 'context/lock/package-lock.json')).toBe(lock.content);
    expect(fileOf(input.files, 'context/ca.crt')).toBe('CA');
  });

  test('a lock of another machine is built without', async () => {
    const { lock } = await sourceOf(locked).source.lock(request, () => {});
    const input = sourceOf().source.buildInput({ resolved: RESOLVED, lock, executable, allowScripts: false });
    expect(fileOf(input.files, 'context/package-lock.json')).not.toContain('resolved');
    expect(fileOf(input.files, 'context/npmrc')).toMatch(/^(?:fetch-retry-.*\n)+$/);
  });

  test('lifecycle scripts run only when they are allowed, and are named for newer npm', async () => {
    const { source } = sourceOf(locked);
    const { lock } = await source.lock(request, () => {});
    const input = source.buildInput({ resolved: RESOLVED, lock, executable, allowScripts: true });
    expect(JSON.parse(fileOf(input.files, 'context/package.json'))).not.toHaveProperty('allowScripts');
    expect(JSON.parse(fileOf(input.offline?.files ?? [], 'context/package.json'))).toMatchObject({ allowScripts: { mid: true } });
    expect(fileOf(input.offline?.files ?? [], 'Dockerfile')).toContain('FROM $FETCHED_IMAGE');
    expect(input.offline?.buildArguments).toEqual({});
  });

  test('packages of the distribution have a file of their own, and a certificate beside it', async () => {
    const { source } = sourceOf(locked);
    const { lock } = await source.lock(request, () => {});
    const input = source.buildInput({ resolved: RESOLVED, lock, executable, allowScripts: true, systemPackages: ['git', 'curl'] });
    expect(input).toMatchObject({ template: 'node', templateVersion: '1', buildArguments: { CC_MCP_SYSTEM_PACKAGES: 'curl git' } });
    expect(fileOf(input.files, 'Dockerfile')).toContain('FROM base AS system');
    expect(fileOf(input.files, 'system/ca.crt')).toBe('CA');
    // Without network, so on the image that has them.
    expect(fileOf(input.offline?.files ?? [], 'Dockerfile')).toMatch(/^FROM \$FETCHED_IMAGE$/m);
  });

  test('what is not JavaScript starts by npm\'s own link', async () => {
    const { source } = sourceOf(locked);
    const { lock } = await source.lock(request, () => {});
    expect(source.buildInput({ resolved: RESOLVED, lock, executable: { name: 'top', target: 'bin/top' }, allowScripts: false }).entrypoint).toEqual(['/opt/cc-mcp/node_modules/.bin/top']);
  });

  test('of a registry with credentials the archives are fetched before, and the build knows neither it nor them', async () => {
    const PRIVATE: NpmConfiguration = { ...NOTHING, scopes: { '@s': 'https://corp.example/' }, credentials: [{ place: '//corp.example/', values: { _authToken: 'tok-1234' } }] };
    const { source, tools } = sourceOf({ files: new Map([...locked.files, ['archives.tar', new TextEncoder().encode('ARCHIVES')]]) }, PRIVATE);
    const { lock } = await source.lock(request, () => {});
    const input = source.buildInput({ resolved: RESOLVED, lock, executable, allowScripts: false });
    expect(fileOf(input.files, 'Dockerfile')).toContain('npm ci --offline');
    expect(JSON.parse(fileOf(input.files, 'context/package-lock.json'))).toMatchObject({ packages: { 'node_modules/mid': { resolved: `file:archives/${'0'.repeat(128)}.tgz` } } });
    expect(input.files.map(({ content }) => text(content)).join('')).not.toMatch(/corp\.example|tok-1234/);
    expect((await input.fetch?.('base', () => {}))?.map(({ path, content }) => [path, text(content)])).toEqual([['context/archives.tar', 'ARCHIVES']]);
    for (const { secret, ...rest } of tools.runs) {
      expect(secret).toEqual({ path: '/tmp/npm-credentials', content: '//corp.example/:_authToken="tok-1234"\n', values: ['tok-1234'] });
      expect(JSON.stringify({ ...rest, files: rest.files.map(({ content }) => text(content)) })).not.toContain('tok-1234');
    }
    expect(tools.runs).toHaveLength(2);
  });

  test('a tree of public packages is built as ever, whatever the user has for others', async () => {
    const { source } = sourceOf(locked, { ...NOTHING, scopes: { '@corp': 'https://corp.example/' }, credentials: [{ place: '//corp.example/', values: { _authToken: 'tok-1234' } }] });
    const { lock } = await source.lock(request, () => {});
    const input = source.buildInput({ resolved: RESOLVED, lock, executable, allowScripts: false });
    expect(input.fetch).toBeUndefined();
    expect(input.files.map(({ content }) => text(content)).join('')).not.toContain('tok-1234');
  });

  test('a hostile lock is refused here too', () => {
    expect(() => sourceOf().source.buildInput({ resolved: RESOLVED, lock: { kind: 'package-lock.json', content: FROM_NPM }, executable, allowScripts: false })).toThrow(expect.objectContaining({ code: 'LOCK_INVALID' }));
  });
});

describe('names, ranges and overrides are checked before anything is asked', () => {
  test.each([['../x', undefined], ['-g', undefined], ['a b', undefined], ['ok', 'file:../x'], ['ok', 'git+ssh://x']])('%s %s', async (name, range) => {
    await expect(sourceOf().source.resolve(name, range)).rejects.toMatchObject({ code: 'INVALID_REFERENCE' });
  });
  test.each([['zod'], ['zod@'], ['@s/x'], ['zod@file:x'], ['zod@npm:evil@1'], ['--registry=x@1'], ['a>b@1']])('override %s', (override) => {
    expect(() => sourceOf().source.validateOverrides([override])).toThrow(expect.objectContaining({ code: 'INVALID_VALUE' }));
  });
  test('two overrides of one package', () => {
    expect(() => sourceOf().source.validateOverrides(['zod@1', 'zod@2'])).toThrow(expect.objectContaining({ code: 'INVALID_VALUE' }));
  });
});

test('a registry on the loopback needs the host\'s network', () => {
  expect(sourceOf({}, MIRROR).source.network()).toBe('host');
  expect(sourceOf().source.network()).toBe('default');
});

test('resolve asks the registry of the user\'s configuration', async () => {
  const server = createServer((_, response) => response.end(JSON.stringify({ 'dist-tags': { latest: '2.0.0' }, versions: { '2.0.0': { name: 'top', version: '2.0.0', bin: { top: 'x.js' } } } })));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { source } = sourceOf({}, { ...NOTHING, registry: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` });
  expect(await source.resolve('top', undefined)).toMatchObject({ version: '2.0.0', executables: [{ name: 'top', target: 'x.js' }] });
});
