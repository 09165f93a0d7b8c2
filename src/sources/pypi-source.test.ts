import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Day } from '../domain/day.ts';
import type { ResolvedPackage } from '../domain/source.ts';
import type { ToolContainers, ToolResult, ToolRun } from '../domain/tool-container.ts';
import { PypiSource } from './pypi-source.ts';

const HASH = `    --hash=sha256:${'0a'.repeat(32)}\n`;
const RESOLVED: ResolvedPackage = { type: 'pypi', package: 'mcp-server', version: '1.2.3', description: '', executables: [], hasInstallScripts: false };
const PYLOCK = 'lock-version = "1.0"\n\n[[packages]]\nname = "mcp-server"\nversion = "1.2.3"\nwheels = [{ url = "https://host/x.whl", upload-time = 2025-05-16T14:46:36Z, hashes = {} }]\n';

class FakeTools implements ToolContainers {
  readonly runs: ToolRun[] = [];
  readonly #results: readonly Partial<ToolResult>[];

  /** The last of several is given again. */
  constructor(results: readonly Partial<ToolResult>[]) {
    this.#results = results;
  }

  async run(request: ToolRun): Promise<ToolResult> {
    this.runs.push(request);
    return { exitCode: 0, oomKilled: false, output: '', files: new Map(), ...(this.#results[this.runs.length - 1] ?? this.#results.at(-1)) };
  }
}

function sourceOf(result: Partial<ToolResult> | readonly Partial<ToolResult>[] = {}, index?: string, extra: readonly string[] = []): { source: PypiSource; tools: FakeTools } {
  const tools = new FakeTools([result].flat());
  return { tools, source: new PypiSource({ containers: tools, configuration: () => ({ index, extra }), baseImage: async () => 'base', packageRoot: join(import.meta.dirname, '../..'), extraCa: undefined }) };
}

const files = (entries: Record<string, string>): ReadonlyMap<string, Uint8Array> => new Map(Object.entries(entries).map(([name, text]) => [name, new TextEncoder().encode(text)]));
const text = (content: Uint8Array | undefined): string => new TextDecoder().decode(content);
const request = { resolved: RESOLVED, overrides: [], baseImage: 'base', allowScripts: false };
const LOCK = `mcp==1.6.0 \\\n${HASH}mcp-server==1.2.3 \\\n${HASH}`;

describe('resolve', () => {
  test.each([[undefined, 'mcp-server\n'], ['1.2.3', 'mcp-server==1.2.3\n'], ['^1.2', 'mcp-server>=1.2,<2\n'], ['>=1, <2', 'mcp-server>=1,<2\n']])('%s is asked of uv, which runs nothing of the package', async (range, wanted) => {
    const { source, tools } = sourceOf({ files: files({ 'pylock.toml': PYLOCK }) }, 'https://mirror/simple/');
    expect(await source.resolve('mcp-server', range)).toEqual({ ...RESOLVED, publishedAt: '2025-05-16T14:46:36.000Z' });
    const [run] = tools.runs;
    expect(run?.command).toEqual(expect.arrayContaining(['--no-build', '--no-deps']));
    expect(text(run?.files[0]?.content)).toBe(wanted);
    expect(run?.environment).toMatchObject({ UV_DEFAULT_INDEX: 'https://mirror/simple/', UV_NO_CONFIG: '1', UV_PYTHON_DOWNLOADS: 'never' });
  });

  test.each([
    ['PACKAGE_NOT_FOUND', 3, 'Because mcp-server was not found in the package registry and you require mcp-server, we can conclude', undefined],
    ['VERSION_NOT_FOUND', 3, 'Because there is no version of mcp-server==9.9.9 and you require mcp-server==9.9.9, we can conclude', '9.9.9'],
    ['SOURCE_UNREACHABLE', 7, 'error: Request failed after 2 retries in 3.0s\n  cause: Failed to fetch: https://host/mcp-server/', undefined],
    ['RESOLUTION_FAILED', 7, 'Because all versions of mcp-server have no usable wheels and you require mcp-server, we can conclude', undefined],
  ])('%s', async (code, exitCode, output, range) => {
    const error: unknown = await sourceOf({ exitCode: 1, output }).source.resolve('mcp-server', range).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code, exitCode, message: expect.stringMatching(range ?? /mcp-server|host/) });
  });

  test('a version without wheels is there: whether its source may be built is asked later', async () => {
    const output = 'Because mcp-server==1.2.3 has no usable wheels and you require mcp-server==1.2.3, we can conclude';
    expect(await sourceOf({ exitCode: 1, output }).source.resolve('mcp-server', '1.2.3')).toEqual({ ...RESOLVED, hasInstallScripts: true });
  });

  test('an index with credentials is asked with a file of the container\'s memory', async () => {
    const { source, tools } = sourceOf({ files: files({ 'pylock.toml': PYLOCK }) }, 'https://user:password@private.example/simple/');
    expect(await source.resolve('mcp-server', undefined)).toMatchObject({ version: '1.2.3' });
    const [{ secret, ...rest } = { secret: undefined }] = tools.runs;
    expect(secret).toMatchObject({ path: '/tmp/uv.toml', content: expect.stringContaining('https://user:password@private.example/simple/') });
    expect(JSON.stringify(rest)).not.toContain('password');
    expect(rest).toMatchObject({ environment: { UV_CONFIG_FILE: '/tmp/uv.toml' } });
  });
});

describe('lock', () => {
  test('the tree with hashes, and what the wheel puts into bin', async () => {
    const { source, tools } = sourceOf({ files: files({ 'requirements.txt': LOCK, 'executables.txt': 'mcp-server\nmcp-admin\n--flag\n../x\n' }) });
    expect(await source.lock({ ...request, overrides: ['mcp<2', 'pglast == 7.22'] }, () => {})).toEqual({
      lock: { kind: 'requirements.txt', content: LOCK }, packages: 2, withScripts: [], executables: [{ name: 'mcp-admin', target: 'mcp-admin' }, { name: 'mcp-server', target: 'mcp-server' }],
    });
    const [run] = tools.runs;
    expect(run?.files.map(({ path, content }) => [path, text(content)])).toEqual([['wanted.in', 'mcp-server==1.2.3\n'], ['overrides.in', 'mcp<2\npglast==7.22\n']]);
    expect(run?.command.at(-1)).toContain('--universal --generate-hashes');
    expect(run?.command.at(-1)?.match(/--no-build/g)).toHaveLength(2);
  });

  test('as of a day nothing is asked for that was published later', async () => {
    const { source, tools } = sourceOf({ files: files({ 'requirements.txt': LOCK }) });
    await source.lock({ ...request, asOf: '2025-05-16' as Day }, () => {});
    expect(tools.runs[0]?.command.at(-1)?.match(/uv pip compile.* --exclude-newer 2025-05-17T00:00:00.000Z/g)).toHaveLength(1);
    expect(source.dated.versionOf(LOCK, 'MCP')).toBe('1.6.0');
  });

  const NO_WHEEL = { exitCode: 1, output: 'Because mcp==1.6.0 has no usable wheels and you require mcp==1.6.0, we can conclude' };
  const [SOURCE, WHEEL] = ['b'.repeat(64), 'c'.repeat(64)];
  const FETCHED = { files: files({ 'pylock.toml': `[[packages]]\nname = "mcp"\nversion = "1.6.0"\nsdist = { url = "https://x/mcp-1.6.0.tar.gz", hashes = { sha256 = "${SOURCE}" } }\n`, 'sources.tar': 'SOURCES', 'fetched.txt': SOURCE }) };
  const MADE = { files: files({ 'wheels.tar': 'WHEELS', 'hashes.txt': `${WHEEL}  mcp-1.6.0-py3-none-any.whl\n` }) };

  test('what there is only as a source is refused, unless its code may run', async () => {
    const { source, tools } = sourceOf(NO_WHEEL);
    await expect(source.lock(request, () => {})).rejects.toMatchObject({ code: 'RESOLUTION_FAILED', suggestions: [expect.anything(), expect.stringContaining('--allow-scripts')] });
    expect(tools.runs.map(({ command }) => command.at(-1))).toEqual([expect.stringContaining('--no-build')]);
  });

  test('then it is fetched where no code runs, built where there is neither network nor credential, and locked as the source that it is', async () => {
    const tree = `mcp==1.6.0 \\\n    --hash=sha256:${WHEEL} \\\n    --hash=sha256:${SOURCE}\nmcp-server==1.2.3 \\\n${HASH}`;
    const { source, tools } = sourceOf([NO_WHEEL, FETCHED, MADE, { files: files({ 'requirements.txt': tree, 'executables.txt': 'mcp-server\n' }) }], 'https://user:password@private.example/simple/');
    const { lock } = await source.lock({ ...request, allowScripts: true }, () => {});
    expect(lock.content).toBe(`mcp==1.6.0 \\\n    --hash=sha256:${SOURCE}\nmcp-server==1.2.3 \\\n${HASH}`);
    const [first, fetch, build, second] = tools.runs;
    expect([first, fetch, build, second].map((run) => [run?.network, run?.secret?.path])).toEqual([['default', '/tmp/uv.toml'], ['default', '/tmp/uv.toml'], ['none', undefined], ['default', '/tmp/uv.toml']]);
    expect(fetch?.files.map(({ path, content }) => [path, path === 'read.py' ? '' : text(content)])).toEqual([['wanted.in', 'mcp==1.6.0\n'], ['told.toml', '[[dependency-metadata]]\nname = "mcp"\nrequires-dist = []\n'], ['locked.txt', ''], ['read.py', '']]);
    expect(build?.files.map(({ path, content }) => [path, text(content)])).toEqual([['sources.tar', 'SOURCES']]);
    expect([first, second].map((run) => run?.command.at(-1))).toEqual([expect.stringContaining('--no-build'), expect.stringMatching(/--no-build --find-links built/)]);
  });

  test('a source that makes no wheel of its own name is refused, and one that does not help is not built twice', async () => {
    const other = { files: files({ 'wheels.tar': 'WHEELS', 'hashes.txt': `${WHEEL}  evil-1.6.0-py3-none-any.whl\n` }) };
    await expect(sourceOf([NO_WHEEL, FETCHED, other]).source.lock({ ...request, allowScripts: true }, () => {})).rejects.toMatchObject({ code: 'BUILD_FAILED', message: 'The source of mcp 1.6.0 made no wheel of that name and version' });
    const { source, tools } = sourceOf([NO_WHEEL, FETCHED, MADE, NO_WHEEL, FETCHED]);
    await expect(source.lock({ ...request, allowScripts: true }, () => {})).rejects.toMatchObject({ code: 'RESOLUTION_FAILED' });
    expect(tools.runs).toHaveLength(5);
  });

  test('a build that wants what no index has is said in one line', async () => {
    const output = 'Resolved\ncc-mcp: The build of mcp-1.6.0 wants what no index has: x @ https://evil.example/x.whl\n';
    await expect(sourceOf([NO_WHEEL, { exitCode: 1, output }]).source.lock({ ...request, allowScripts: true }, () => {})).rejects.toMatchObject({ code: 'RESOLUTION_FAILED', message: 'The build of mcp-1.6.0 wants what no index has: x @ https://evil.example/x.whl' });
  });

  test('a lock with a source gives a build its wheel, made of exactly that source', async () => {
    const lock = `mcp==1.6.0 \\\n    --hash=sha256:${SOURCE}\nmcp-server==1.2.3 ; sys_platform == 'linux' \\\n${HASH}`;
    const { source, tools } = sourceOf([FETCHED, MADE, { files: files({ 'wheels.tar': 'OTHERS' }) }]);
    const input = source.buildInput({ resolved: RESOLVED, lock: { kind: 'requirements.txt', content: lock }, executable: { name: 'mcp-server', target: 'mcp-server' }, allowScripts: true });
    expect((await input.fetch?.('base', () => {}))?.map(({ path, content }) => [path, text(content)])).toEqual([
      ['context/wheels.tar', 'OTHERS'], ['context/install.txt', lock.replace(SOURCE, WHEEL)], ['context/built.tar', 'WHEELS'],
    ]);
    expect(text(tools.runs[0]?.files[0]?.content)).toBe("mcp==1.6.0\nmcp-server==1.2.3 ; sys_platform == 'linux'\n");
    expect(text(tools.runs[0]?.files[2]?.content).split('\n')).toEqual([SOURCE, expect.stringMatching(/^[0-9a-f]{64}$/)]);
    expect(text(tools.runs[2]?.files[0]?.content)).toBe(`mcp-server==1.2.3 ; sys_platform == 'linux' \\\n${HASH}`);
  });

  test('a failure names the dependency and who wanted it', async () => {
    const output = 'error: No solution found when resolving dependencies\n  cause: Because there is no version of pglast==7.2.0 and mcp-server>=1.2.3 depends on pglast==7.2.0, we can conclude';
    await expect(sourceOf({ exitCode: 1, output }).source.lock(request, () => {})).rejects.toMatchObject({
      code: 'RESOLUTION_FAILED', message: 'pglast==7.2.0, wanted by mcp-server 1.2.3, does not exist', suggestions: [expect.stringContaining("--override 'pglast>=7.2.0'")], details: { log: [expect.any(String), expect.any(String)] },
    });
  });

  test('an override of the package itself is refused before anything is asked', async () => {
    const { source, tools } = sourceOf();
    await expect(source.lock({ ...request, overrides: ['MCP.server<2'] }, () => {})).rejects.toMatchObject({ code: 'INVALID_VALUE' });
    expect(tools.runs).toHaveLength(0);
  });

  test('a lock that is not what we asked for is refused', async () => {
    await expect(sourceOf({ files: files({ 'requirements.txt': `--index-url https://x/\n${LOCK}` }) }).source.lock(request, () => {})).rejects.toMatchObject({ code: 'LOCK_INVALID' });
  });
});

test('buildInput: the index is an argument of the build, the lock stays in the image', () => {
  const { source } = sourceOf({}, 'https://mirror/simple/');
  const input = source.buildInput({ resolved: RESOLVED, lock: { kind: 'requirements.txt', content: LOCK }, executable: { name: 'mcp-server', target: 'mcp-server' }, allowScripts: false });
  expect(input).toMatchObject({
    template: 'python', templateVersion: '1', entrypoint: ['/opt/cc-mcp/venv/bin/mcp-server'],
    buildArguments: { UV_DEFAULT_INDEX: 'https://mirror/simple/', CC_MCP_BUILD: '--no-build', CC_MCP_EXECUTABLE: '../venv/bin/mcp-server' },
  });
  expect(input.files.map(({ path, content }) => [path, path === 'Dockerfile' ? '' : text(content)])).toEqual([['Dockerfile', ''], ['context/ca.crt', ''], ['context/lock/requirements.txt', LOCK]]);
});

test.each([['with credentials', 'https://user:password@private.example/simple/', []], ['beside others', undefined, ['https://corp.example/simple/']]] as const)('buildInput: of an index %s wheels are fetched before, and the build knows neither index nor password', async (_, index, extra) => {
  const { source, tools } = sourceOf({ files: files({ 'wheels.tar': 'WHEELS' }) }, index, extra);
  const input = source.buildInput({ resolved: RESOLVED, lock: { kind: 'requirements.txt', content: LOCK }, executable: { name: 'mcp-server', target: 'mcp-server' }, allowScripts: false });
  expect(text(input.files.find(({ path }) => path === 'Dockerfile')?.content)).toContain('--offline --no-index');
  expect(input.buildArguments).toEqual({ CC_MCP_EXECUTABLE: '../venv/bin/mcp-server' });
  expect(input.files.map(({ content }) => text(content)).join('')).not.toMatch(/example|password/);
  expect((await input.fetch?.('base', () => {}))?.map(({ path, content }) => [path, text(content)])).toEqual([['context/wheels.tar', 'WHEELS'], ['context/install.txt', LOCK]]);
  expect(tools.runs[0]?.command.join(' ')).toContain('--require-hashes --only-binary :all:');
});

test('buildInput: packages of the distribution come by a file of their own', () => {
  const { source } = sourceOf();
  const input = source.buildInput({
    resolved: RESOLVED, lock: { kind: 'requirements.txt', content: LOCK }, executable: { name: 'mcp-server', target: 'mcp-server' }, allowScripts: false, systemPackages: ['git'],
  });
  expect(input).toMatchObject({ template: 'python', templateVersion: '1', buildArguments: { CC_MCP_SYSTEM_PACKAGES: 'git' } });
  expect(input.files.map(({ path }) => path)).toEqual(['Dockerfile', 'context/ca.crt', 'context/lock/requirements.txt', 'system/ca.crt']);
});

test.each([['-r', undefined], ['a/b', undefined], ['ok', '@ https://x/'], ['ok', '==1 --pre']])('%s %s is refused before anything is asked', async (name, range) => {
  await expect(sourceOf().source.resolve(name, range)).rejects.toMatchObject({ code: 'INVALID_REFERENCE' });
});

test.each([[['mcp']], [['mcp @ https://x/']], [['mcp<2', 'MCP==1']]])('overrides %j are refused', (overrides) => {
  expect(() => sourceOf().source.validateOverrides(overrides)).toThrow(expect.objectContaining({ code: 'INVALID_VALUE' }));
});
