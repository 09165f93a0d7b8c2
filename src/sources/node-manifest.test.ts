import { expect, test } from 'vitest';
import { readNodeManifest } from './node-manifest.ts';

const read = (manifest: unknown, files: readonly string[] = []) => readNodeManifest(
  [{ path: 'package.json', content: new TextEncoder().encode(typeof manifest === 'string' ? manifest : JSON.stringify(manifest)), executable: false }, ...files.map((path) => ({ path, content: new Uint8Array(), executable: false }))], './server');

test.each([
  ['bin as a path', { name: '@me/hello', bin: './dist/index.js' }, [{ name: 'hello', target: 'dist/index.js' }]],
  ['bin as a map', { bin: { a: 'a.js', b: './b.js' } }, [{ name: 'a', target: 'a.js' }, { name: 'b', target: 'b.js' }]],
  ['main', { name: 'hello', main: 'server.mjs' }, [{ name: 'hello', target: 'server.mjs' }]],
  ['npm start', { name: 'hello', scripts: { start: 'node --enable-source-maps build/x.js' } }, [{ name: 'hello', target: 'build/x.js' }]],
  ['a path that leads out stays inside', { name: 'hello', bin: '../../etc/x.js' }, [{ name: 'hello', target: 'etc/x.js' }]],
  ['npm start through a shell is not read', { name: 'hello', scripts: { start: 'node x.js && rm -rf /' } }, []],
])('[N1] what is started: %s', (_, manifest, executables) => {
  expect(read(manifest).executables).toEqual(executables);
});

test('index.js where nothing else is named, and a byte order mark', () => {
  expect(read('\uFEFF{}', ['index.js']).executables).toEqual([{ name: 'server', target: 'index.js' }]);
});

test.each([
  ['is not JSON', '{'],
  ['is not understood', { dependencies: { a: 1 } }],
  ['only packages of the registry', { dependencies: { a: 'git+https://host/x' } }],
  ['only packages of the registry', { dependencies: { a: 'file:../a' } }],
  ['only packages of the registry', { dependencies: { a: 'workspace:*' } }],
  ['only packages of the registry', { dependencies: { a: 'npm:other@1' } }],
  ['only packages of the registry', { optionalDependencies: { '../x': '1' } }],
])('one line says that it %s: %j', (message, manifest) => {
  expect(() => read(manifest)).toThrow(expect.objectContaining({ code: 'RESOLUTION_FAILED', message: expect.stringContaining(message) }));
});
