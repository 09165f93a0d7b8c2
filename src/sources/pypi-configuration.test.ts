import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readPypiConfiguration } from './pypi-configuration.ts';
import { pypiNetwork, uvEnvironment } from './pypi-settings.ts';

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

function index(environment: Record<string, string> = {}, platform: 'linux' | 'darwin' = 'linux'): string | undefined {
  return readPypiConfiguration({ environment, homeFolder: join(folder, 'home'), platform, systemFolder: folder }).index;
}

test('nothing configured: uv\'s own default', () => {
  expect(index()).toBeUndefined();
  expect(uvEnvironment({ index: undefined })).not.toHaveProperty('UV_DEFAULT_INDEX');
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
  expect([pypiNetwork({ index: 'http://127.0.0.1:3141/' }), pypiNetwork({ index: 'https://index/' }), pypiNetwork({ index: undefined })]).toEqual(['host', 'default', 'default']);
});
