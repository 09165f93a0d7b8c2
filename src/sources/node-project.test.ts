import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { BuildInput } from '../domain/source.ts';
import { NodeProject } from './node-project.ts';

const LOCK = { kind: 'package-lock.json', content: '{\n "lockfileVersion": 3,\n "packages": {\n  "": {}\n }\n}\n' } as const;

function projectOf(manifest: object, files: readonly string[]): NodeProject {
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  const all = [{ path: 'package.json', content: encode(JSON.stringify(manifest)), executable: false }, ...files.map((path) => ({ path, content: encode(''), executable: false }))];
  return new NodeProject({ type: 'local', version: '1', where: './hello', files: all, dockerfile: undefined }, {
    containers: { run: () => Promise.reject(new Error('nothing is resolved here')) }, packageRoot: join(import.meta.dirname, '../..'), extraCa: undefined,
    configuration: () => ({ registry: undefined, scopes: {}, credentials: [], ca: [], proxy: undefined, noProxy: undefined, strictSsl: true }),
  });
}

const TWO = { name: 'hello', bin: { ready: 'ready.js', made: 'dist/made.js' }, scripts: { build: 'tsc' } };

test('what counts is whether the chosen executable is there, not another one', () => {
  const project = projectOf(TWO, ['ready.js']);
  const build = (name: string, target: string, allowScripts: boolean): BuildInput => project.buildInput({ resolved: { package: 'hello', version: '1' }, lock: LOCK, executable: { name, target }, allowScripts });
  expect(build('ready', 'ready.js', false).offline).toBeUndefined();
  expect(() => build('made', 'dist/made.js', false)).toThrow(expect.objectContaining({ code: 'CONSENT_NEEDED', message: './hello starts dist/made.js, which is not in it until it is built, which runs code: npm run build' }));
  expect(build('made', 'dist/made.js', true).offline?.buildArguments).toEqual({ CC_MCP_BUILD: 'build' });
});

test('a project with nothing that is there is refused before anything is resolved', async () => {
  const request = { resolved: { type: 'local', package: 'hello', version: '1', description: '', executables: [], hasInstallScripts: false }, overrides: [], baseImage: 'base', allowScripts: false } as const;
  await expect(projectOf(TWO, []).lock(request, () => {})).rejects.toMatchObject({ code: 'CONSENT_NEEDED' });
  await expect(projectOf({ ...TWO, scripts: {} }, []).lock(request, () => {})).rejects.toMatchObject({ code: 'RESOLUTION_FAILED', message: expect.stringContaining('has no script that builds it') });
});
