import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readNpmConfiguration } from './npm-configuration.ts';
import type { NpmConfiguration } from './npm-configuration.ts';
import { npmNetwork, npmProxies, npmrcFor } from './npm-settings.ts';
import { parseNpmrc } from './npmrc.ts';

let folder: string;
let home: string;
const before = process.cwd();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cc-mcp-npmrc-'));
  home = join(folder, 'home');
  mkdirSync(join(folder, 'node/etc'), { recursive: true });
  mkdirSync(home);
});
afterEach(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

function read(environment: Record<string, string> = {}): NpmConfiguration {
  return readNpmConfiguration({ environment, homeFolder: home, execPath: join(folder, 'node/bin/node') });
}

test('nothing configured: npm\'s own default', () => {
  expect(read()).toEqual({ registry: undefined, scopes: {}, credentials: [], ca: [], proxy: undefined, noProxy: undefined, strictSsl: true });
});

test('[M17] an .npmrc of the working directory changes nothing', () => {
  const project = join(folder, 'project');
  mkdirSync(project);
  writeFileSync(join(project, '.npmrc'), 'registry=https://evil.example/${HOME}/\n@s:registry=https://evil.example/\nuserconfig=./other\ncafile=./ca\n');
  writeFileSync(join(project, 'package.json'), '{}');
  process.chdir(project);
  expect(read()).toEqual(read({ npm_config_local_prefix: project, PWD: project, INIT_CWD: project }));
  expect(read()).toMatchObject({ registry: undefined, scopes: {} });
});

test('[M17] nor does it when npx starts us there and hands its settings on as variables', () => {
  writeFileSync(join(home, '.npmrc'), 'registry=https://user/\n');
  writeFileSync(join(folder, '.npmrc'), 'registry=https://evil.example/\nuserconfig=./evil\nstrict-ssl=false\n');
  const byNpx = { npm_config_local_prefix: folder, npm_config_registry: 'https://evil.example/', npm_config_userconfig: join(folder, 'evil'), npm_config_strict_ssl: '' };
  expect(read(byNpx)).toMatchObject({ registry: 'https://user/', strictSsl: true });
  // What the user set in capitals is the user's, and so is what the project's file does not name.
  expect(read({ ...byNpx, NPM_CONFIG_REGISTRY: 'https://mine/', npm_config_https_proxy: 'http://p:1' })).toMatchObject({ registry: 'https://mine/', proxy: 'http://p:1' });
});

test('the environment wins over the user, the user over the machine', () => {
  writeFileSync(join(folder, 'node/etc/npmrc'), 'registry=https://global/\n@a:registry=https://global-a/\nproxy=http://proxy:1\n');
  writeFileSync(join(home, '.npmrc'), 'registry=https://user\n@b:registry=https://user-b/x\nproxy=null\n');
  expect(read()).toMatchObject({ registry: 'https://user/', scopes: { '@a': 'https://global-a/', '@b': 'https://user-b/x/' }, proxy: undefined });
  expect(read({ npm_config_registry: 'https://env/', NPM_CONFIG_HTTPS_PROXY: 'http://p:2', npm_config_strict_ssl: 'false' })).toMatchObject({ registry: 'https://env/', proxy: 'http://p:2', strictSsl: false });
});

test('NPM_CONFIG_USERCONFIG names another file; a relative one starts at the home, never at the working directory', () => {
  writeFileSync(join(home, 'other'), 'registry=https://other/\n');
  process.chdir(folder);
  expect(read({ NPM_CONFIG_USERCONFIG: join(home, 'other') }).registry).toBe('https://other/');
  expect(read({ NPM_CONFIG_USERCONFIG: 'other' }).registry).toBe('https://other/');
});

test('credentials are kept by their place, those in an address among them, and no address has any', () => {
  writeFileSync(join(home, '.npmrc'), '//one/:_authToken=${TOKEN}\n//two/path:_auth=abc\n//three/:username=u\n//three/:_password=pw\nregistry=https://me:p%40ss@five/npm\n@s:registry=https://six/\n//six/:always-auth=true\n');
  expect(read({ 'npm_config_//four/:_authToken': 'tok-5678', TOKEN: 'tok-1234' })).toMatchObject({
    registry: 'https://five/npm/', scopes: { '@s': 'https://six/' },
    credentials: [
      { place: '//five/npm/', values: { username: 'me', _password: Buffer.from('p@ss').toString('base64') } }, { place: '//four/', values: { _authToken: 'tok-5678' } },
      { place: '//one/', values: { _authToken: 'tok-1234' } }, { place: '//three/', values: { username: 'u', _password: 'pw' } }, { place: '//two/path/', values: { _auth: 'abc' } },
    ],
  });
});

test('[M17] a token that a project\'s .npmrc names is not the user\'s', () => {
  writeFileSync(join(folder, '.npmrc'), '//evil.example/:_authToken=${HOME}\n@s:registry=https://evil.example/\n');
  expect(read({ npm_config_local_prefix: folder, 'npm_config_//evil.example/:_authToken': home, 'npm_config_@s:registry': 'https://evil.example/' })).toMatchObject({ credentials: [], scopes: {} });
});

describe('what cannot be used is said', () => {
  test.each(['ftp://host/', 'not an address', 'file:///etc'])('registry %s', (registry) => {
    expect(() => read({ npm_config_registry: registry })).toThrow(expect.objectContaining({ code: 'INVALID_VALUE' }));
  });
  test('a cafile that is not there', () => {
    expect(() => read({ npm_config_cafile: '/nowhere/ca.pem' })).toThrow(expect.objectContaining({ code: 'FILE_NOT_FOUND' }));
  });
  test('an npmrc that is a folder', () => {
    mkdirSync(join(home, '.npmrc'));
    expect(() => read()).toThrow(expect.objectContaining({ code: 'REFUSED' }));
  });
});

describe('what a container gets of it', () => {
  test('registries without credentials, certificates, no token, no proxy', () => {
    writeFileSync(join(home, 'ca.pem'), '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\ntext\n-----BEGIN CERTIFICATE-----\nBBBB\n-----END CERTIFICATE-----\n');
    writeFileSync(join(home, '.npmrc'), 'registry=https://mirror/${X}/\n@s:registry=https://user:pw@private/\n//mirror/:_authToken=tok-1234\ncafile=~/ca.pem\nproxy=http://u:pw@proxy:1\n');
    const text = npmrcFor(read());
    expect(text).not.toMatch(/tok-|pw/);
    expect(Object.fromEntries(parseNpmrc(text, { X: 'expanded' }))).toMatchObject({
      registry: ['https://mirror/$%7BX%7D/'], '@s:registry': ['https://private/'],
      ca: ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', '-----BEGIN CERTIFICATE-----\nBBBB\n-----END CERTIFICATE-----'],
    });
  });

  test('proxies under all their names, and the host\'s network for what is on the loopback', () => {
    expect(npmProxies(read({ npm_config_https_proxy: 'http://p:1', npm_config_noproxy: 'a,b' }))).toEqual({
      HTTPS_PROXY: 'http://p:1', https_proxy: 'http://p:1', HTTP_PROXY: 'http://p:1', http_proxy: 'http://p:1', NO_PROXY: 'a,b', no_proxy: 'a,b',
    });
    expect(npmNetwork(read())).toBe('default');
    for (const address of ['http://localhost:4873/', 'http://127.0.0.1:4873', 'http://[::1]:4873/', 'http://npm.localhost']) expect(npmNetwork(read({ npm_config_registry: address }))).toBe('host');
    expect(npmNetwork(read({ npm_config_registry: 'https://localhost.example/' }))).toBe('default');
  });
});
