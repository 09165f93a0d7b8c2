import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readPypiConfiguration } from './pypi-configuration.ts';
import type { PypiConfiguration } from './pypi-configuration.ts';
import { isPrivate, pipIn, pypiNetwork, uvIn } from './pypi-settings.ts';

let folder: string;
const before = process.cwd();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cc-mcp-pip-'));
  mkdirSync(join(folder, 'home'));
});
afterEach(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function read(environment: Record<string, string> = {}, platform: 'linux' | 'darwin' = 'linux'): PypiConfiguration {
  return readPypiConfiguration({ environment, homeFolder: join(folder, 'home'), platform, systemFolder: folder });
}

function index(environment: Record<string, string> = {}, platform: 'linux' | 'darwin' = 'linux'): string | undefined {
  return read(environment, platform).index;
}

test('nothing configured: uv\'s own default', () => {
  expect(index()).toBeUndefined();
  expect(uvIn(read(), 5).environment).not.toHaveProperty('UV_DEFAULT_INDEX');
});

test('[M17] a uv.toml, a pip.conf and a pyproject.toml of the working directory change nothing', () => {
  for (const [name, text] of [['uv.toml', 'index-url = "https://evil.example/"\n'], ['pip.conf', '[global]\nindex-url = https://evil.example/\n'], ['pyproject.toml', '[tool.uv]\nindex-url = "https://evil.example/"\n']] as const) write(`project/${name}`, text);
  write('project/.config/uv/uv.toml', 'index-url = "https://evil.example/"\n');
  process.chdir(join(folder, 'project'));
  expect(index({ PWD: join(folder, 'project') })).toBeUndefined();
});

test('each place in its turn: uv before pip, the environment before files, the user before the system', () => {
  const places: readonly (readonly [string, () => Record<string, string>])[] = [
    ['https://a/', () => (write('etc/pip.conf', '[global]\nindex-url = https://a\n'), {})],
    ['https://b/', () => (write('home/.pip/pip.conf', '[install]\nindex_url: https://b/\n'), {})],
    ['https://c/', () => (write('home/.config/pip/pip.conf', '[global]\ncert = /x\nindex-url = https://c/\n'), {})],
    ['https://d/', () => ({ PIP_INDEX_URL: 'https://d/' })],
    ['https://e/', () => (write('etc/uv/uv.toml', 'index-url = "https://e/"\n'), {})],
    ['https://f/', () => (write('home/.config/uv/uv.toml', '[[index]]\nurl = "https://no/"\n\n[[index]]\nname = "x"\nurl = \'https://f/\'\ndefault = true\n\n[pip]\nindex-url = "https://no/"\n'), {})],
    ['https://g/', () => ({ UV_INDEX_URL: 'https://g/' })],
    ['https://h/', () => ({ UV_DEFAULT_INDEX: 'mirror=https://h/' })],
  ];
  let environment: Record<string, string> = {};
  for (const [expected, add] of places) {
    environment = { ...environment, ...add() };
    expect(index(environment)).toBe(expected);
  }
});

test('files that the user names are read, a relative name starts at the home', () => {
  write('home/own.toml', '[pip]\nindex-url = "https://own/"\n');
  write('home/.config/uv/uv.toml', 'index-url = "https://no/"\n');
  expect(index({ UV_CONFIG_FILE: 'own.toml' })).toBe('https://own/');
  expect(index({ UV_NO_CONFIG: '1' })).toBeUndefined();
  write('home/own.conf', '[global]\nindex-url = https://pip/\n');
  expect(index({ UV_NO_CONFIG: '1', PIP_CONFIG_FILE: join(folder, 'home/own.conf') })).toBe('https://pip/');
});

test('macOS has a place of its own for pip', () => {
  write('home/Library/Application Support/pip/pip.conf', '[global]\nindex-url = https://mac/\n');
  expect([index({}, 'darwin'), index({}, 'linux')]).toEqual(['https://mac/', undefined]);
});

test('what is no address is said, with its place', () => {
  expect(() => index({ UV_DEFAULT_INDEX: 'pypi' })).toThrow(expect.objectContaining({ code: 'INVALID_VALUE', message: expect.stringContaining('UV_DEFAULT_INDEX') }));
});

test('an index on the loopback needs the host\'s network', () => {
  expect([{ index: 'http://127.0.0.1:3141/', extra: [] }, { index: undefined, extra: ['http://localhost:1/'] }, { index: 'https://index/', extra: [] }, { index: undefined, extra: [] }].map(pypiNetwork)).toEqual(['host', 'host', 'default', 'default']);
});

test('further indexes come from the first place that names some', () => {
  write('etc/pip.conf', '[global]\nindex-url = https://a/\nextra-index-url =\n    https://b/\n    https://c/\n');
  expect(read()).toEqual({ index: 'https://a/', extra: ['https://b/', 'https://c/'] });
  expect(read({ PIP_EXTRA_INDEX_URL: 'https://d https://e' }).extra).toEqual(['https://d/', 'https://e/']);
  write('home/.config/uv/uv.toml', 'extra-index-url = ["https://f/"]\n[[index]]\nurl = "https://g/"\n[[index]]\nurl = "https://h/"\nexplicit = true\n[[index]]\nurl = "https://i/"\ndefault = true\n');
  expect(read({ PIP_EXTRA_INDEX_URL: 'https://d' })).toEqual({ index: 'https://i/', extra: ['https://g/', 'https://f/'] });
  expect(read({ UV_INDEX: 'corp=https://j/ https://k/', UV_EXTRA_INDEX_URL: 'https://l/' }).extra).toEqual(['https://j/', 'https://k/', 'https://l/']);
});

test('credentials stand in the address, in variables of the index\'s name, or in the netrc', () => {
  write('home/.netrc', '# mine\nmachine a\n  login me password "p@ss word"\nmachine b login other password no\nmacdef init\n  machine evil login x password y\n\nmachine b login me password yes\n');
  expect(index({ UV_DEFAULT_INDEX: 'https://u:p@a/simple' })).toBe('https://u:p@a/simple/');
  expect(index({ UV_DEFAULT_INDEX: 'https://a/simple' })).toBe('https://me:p%40ss%20word@a/simple/');
  expect(index({ UV_DEFAULT_INDEX: 'https://me@b/simple' })).toBe('https://me:yes@b/simple/');
  expect(index({ UV_DEFAULT_INDEX: 'https://evil/' })).toBe('https://evil/');
  expect(index({ UV_DEFAULT_INDEX: 'my-corp=https://a/', UV_INDEX_MY_CORP_USERNAME: 'n', UV_INDEX_MY_CORP_PASSWORD: 'w' })).toBe('https://n:w@a/');
  write('home/own.netrc', 'default login d password dd\n');
  expect(index({ UV_DEFAULT_INDEX: 'https://x/', NETRC: join(folder, 'home/own.netrc') })).toBe('https://d:dd@x/');
});

test('[M17] a netrc of a project\'s folder gives nothing', () => {
  write('project/.netrc', 'machine a login me password stolen\n');
  process.chdir(join(folder, 'project'));
  expect(index({ UV_DEFAULT_INDEX: 'https://a/', PWD: join(folder, 'project') })).toBe('https://a/');
});

test('a uv.toml that cannot be read is said', () => {
  write('home/.config/uv/uv.toml', 'index-url = \n');
  expect(() => read()).toThrow(expect.objectContaining({ code: 'INVALID_VALUE', message: expect.stringMatching(/uv\.toml is not TOML/) }));
  write('home/.config/uv/uv.toml', '[[index]]\nname = "x"\n');
  expect(() => read()).toThrow(expect.objectContaining({ code: 'INVALID_VALUE' }));
});

test('credentials reach a container in a file of its memory alone', () => {
  const configuration = { index: 'https://u:s3cr%40t@index/simple/', extra: ['https://token-9@extra/simple/'] };
  expect(isPrivate(configuration)).toBe(true);
  for (const run of [uvIn(configuration, 5), pipIn(configuration)]) {
    expect(JSON.stringify([run.environment, run.network])).not.toMatch(/s3cr|token-9/);
    expect(run.secret?.content).toContain('https://u:s3cr%40t@index/simple/');
    expect(run.secret?.values).toEqual(expect.arrayContaining(['s3cr@t', 'token-9']));
  }
  expect(uvIn({ index: 'https://index/', extra: ['https://b/', 'https://c/'] }, 5)).toMatchObject({ environment: { UV_DEFAULT_INDEX: 'https://index/', UV_INDEX: 'https://b/ https://c/' } });
});
