import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CcMcpError } from '../domain/errors.ts';
import { looksSecret } from '../domain/values.ts';
import { parsePackage } from './index-schema.ts';
import { createStarterIndex } from './starter-index.ts';

const index = createStarterIndex(join(import.meta.dirname, '../..'));
const entries = await index.packages();

describe('the starter index', () => {
  it('[M2] has the servers that people begin with, and at least 25 of them', async () => {
    const names = (await index.packages()).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining([
      'brave-search', 'context7', 'everything', 'fetch', 'filesystem', 'git', 'github', 'memory', 'mongodb', 'notion', 'playwright', 'postgres-mcp', 'redis', 'sequential-thinking', 'slack', 'sqlite', 'time',
    ]));
    expect(names.length).toBeGreaterThanOrEqual(25);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(entries)('$name says in a line what it is, where from, and under which licence', (offered) => {
    expect(offered.version).toBe(offered.source.version);
    expect(offered.description).toMatch(/^[A-Z].{14,97}[^.]$/);
    expect([offered.title, offered.author, offered.license, offered.homepage].filter((text) => text === undefined || text === '')).toEqual([]);
    expect(offered.keywords.length).toBeGreaterThanOrEqual(3);
  });

  it.each(entries)('$name declares every variable that it asks for, and can be tried without an account', (offered) => {
    const { configuration, permissions, source, tests } = offered;
    expect(permissions.env.toSorted()).toEqual(configuration.map(({ name }) => name).toSorted());
    const untried = configuration.filter(({ name, required, default: given, example }) => required && given === undefined && example === undefined && tests.companion?.configuration[name] === undefined);
    expect(untried).toEqual([]);
    expect(configuration.filter(({ name, secret }) => looksSecret(name, '') && !secret)).toEqual([]);
    // What can be called without an account and without the internet is called; git needs a repository, and makes none.
    expect(tests.calls.length > 0 || permissions.net !== 'none' || offered.name === 'git').toBe(true);
    expect([source.version, permissions.scripts]).toEqual([expect.stringMatching(/^v?\d/), false]);
  });

  it('has the form that the documentation shows', async () => {
    const page = await readFile(join(import.meta.dirname, '../../docs/packages.md'), 'utf8');
    const [, example = ''] = /```json\n([^]*?)```/.exec(page) ?? [];
    expect(parsePackage(JSON.parse(example)).name).toBe('redis');
  });

  it('replaces what is deprecated by what somebody maintains', () => {
    const deprecated = entries.filter((offered) => offered.deprecated !== undefined);
    expect(deprecated.map(({ name }) => name)).toEqual(['github', 'slack', 'sqlite']);
    for (const { deprecated: { replacement } = {} } of deprecated) {
      const other = entries.find(({ name }) => name === replacement);
      expect(other === undefined ? /^(?:npm|pypi):\S+$|^\S.* \S+\/\S+$/.test(replacement ?? '') : other.deprecated === undefined).toBe(true);
    }
  });

  it('cleans text, and refuses what would become a path, an option of an image or a root user', async () => {
    const [sound] = await index.packages();
    expect(parsePackage({ ...sound, description: 'a\u001B[31mb\u202E' }).description).toBe('ab<U+202E>');
    const companion = { name: 'db', image: 'postgres:17', user: '0:0', memory: '1g', ready: ['true'] };
    for (const wrong of [{ name: '../x' }, { source: { type: 'shell', package: 'x' } }, { arguments: ['a\nb'] }, { statePaths: [{ path: '/a/../etc' }] }, { tests: { companion } }, { tests: { companion: { ...companion, user: '1:1', image: '--privileged' } } }]) {
      expect(() => parsePackage({ ...sound, ...wrong })).toThrow();
    }
  });
});

describe('a folder of packages', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cc-mcp-index-'));
    await mkdir(join(folder, 'marketplace/packages'), { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true }));

  const write = (name: string, content: unknown): Promise<void> => writeFile(join(folder, 'marketplace/packages', name), typeof content === 'string' ? content : JSON.stringify(content));
  const least = { name: 'a', version: '1', title: 'A', description: '', author: '', source: { type: 'npm', package: 'a' } };

  it('fills what is absent with nothing', async () => {
    await write('a.json', least);
    await write('README.md', 'not a package');
    expect(await createStarterIndex(folder).packages()).toEqual([{
      ...least, keywords: [], notes: [], arguments: [], permissions: { net: 'none', read: [], write: [], env: [], scripts: false }, pathsAsArguments: false, configuration: [], statePaths: [],
      standby: 'safe', tests: { calls: [], timeout: 30 },
    }]);
  });

  it.each<readonly [string, unknown, RegExp]>([
    ['is not JSON', '{', /a\.json is not a package: it is not JSON$/],
    ['is named otherwise', { ...least, name: 'b' }, /it describes "b"$/],
    ['is too large', { ...least, description: 'x'.repeat(300_000) }, /it is larger than 256 KiB$/],
    ['has an unknown key', { ...least, hook: 'rm' }, /hook/],
    ['names a place in its error', { ...least, tests: { calls: [{ title: 'T', tool: 't', expect: { matches: '(' } }] } }, /tests\.calls\.0\.expect\.matches: is not a regular expression$/],
    ['mounts memory without a limit', { ...least, tests: { companion: { name: 'db', image: 'db', user: '1:1', memory: '1m', ready: ['x'], tmpfs: { '/data': 'rw' } } } }, /tests\.companion\.tmpfs.*size$/],
    ['links to a script', { ...least, homepage: 'javascript:alert(1)' }, /homepage/],
  ])('with a file that %s is refused with its place', async (_title, content, message) => {
    await write('a.json', content);
    const error = await createStarterIndex(folder).packages().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CcMcpError);
    expect(error).toMatchObject({ code: 'INVALID_VALUE', message: expect.stringMatching(message) });
  });

  it('gives one by its name without reading the others, and none by a name that would be a path', async () => {
    await write('a.json', least);
    await write('b.json', '{');
    expect(await createStarterIndex(folder).find('a')).toMatchObject({ name: 'a' });
    for (const name of ['c', '../packages/a', '.', 'constructor']) expect(await createStarterIndex(folder).find(name)).toBeUndefined();
  });

  it('that is not there says so', async () => {
    await expect(createStarterIndex(join(folder, 'none')).packages()).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});
