import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processes, scratch, type Scratch } from '../../test/faults/files-fixture.ts';
import { sha256 } from '../domain/fingerprint.ts';
import type { LockEntry } from '../domain/lock.ts';
import type { ManifestLocation } from '../domain/manifest.ts';
import type { LockStore } from '../domain/stores.ts';
import { lockFolder, prepareDependencies } from './lock-files.ts';
import { createLockStore } from './lock-store.ts';

let here: Scratch;
let locks: LockStore;
let location: ManifestLocation;
beforeEach(() => {
  here = scratch();
  locks = createLockStore({ editor: here.files.editor, processes });
  location = { path: here.path('mcp.json'), folder: here.folder, scope: 'project', id: 'x', exists: true };
});
afterEach(() => here[Symbol.dispose]());

const entryOf = (name: string, dependencies: string, kind = 'package-lock.json'): LockEntry => ({
  source: { type: 'npm', package: 'p', version: '1.0.0', overrides: [], bin: 'p' },
  dependencies: { file: `${name}.${kind}`, sha256: sha256(dependencies) },
  base: { image: 'docker.io/library/node:24', digest: 'sha256:1' }, template: { name: 'node', version: '1' }, systemPackages: [], entrypoint: ['/x'], scripts: false,
  recipe: sha256('recipe'), proven: { era: 'modern', protocolVersion: '2025-11-25', serverVersion: '1', tools: { b: '1', a: '2' }, at: '2026-11-21T00:00:00Z', by: 'cc-mcp 0.1.0' },
});
const write = (name: string, dependencies = `{"of":"${name}"}`, kind?: string): Promise<void> => locks.write(location, name, { entry: entryOf(name, dependencies, kind), dependencies });

describe('the lock', () => {
  it('is written with sorted keys, two spaces and a newline, and read again', async () => {
    await write('b');
    await write('a');
    const text = readFileSync(here.path('mcp.lock.json'), 'utf8');
    expect(text).toMatch(/^\{\n {2}"servers": \{\n {4}"a": \{\n {6}"base": \{[^]*\n\}\n$/);
    expect(text.indexOf('"a": "2"')).toBeLessThan(text.indexOf('"b": "1"'));
    expect((await locks.read(location)).servers).toEqual({ a: entryOf('a', '{"of":"a"}'), b: entryOf('b', '{"of":"b"}') });
    expect(await locks.readDependencies(location, entryOf('a', '{"of":"a"}'))).toBe('{"of":"a"}');
    expect(readdirSync(here.path('mcp.lock.d')).toSorted()).toEqual(['a.package-lock.json', 'b.package-lock.json']);
  });

  it('leaves nothing when the last entry is removed, and the others before', async () => {
    await write('a');
    await write('a-b');
    await locks.write(location, 'a', undefined);
    expect(readdirSync(here.path('mcp.lock.d'))).toEqual(['a-b.package-lock.json']);
    await locks.write(location, 'a-b', undefined);
    await locks.write(location, 'a-b', undefined);
    expect(readdirSync(here.folder)).toEqual([]);
  });

  it('drops the file of another ecosystem that an entry had before', async () => {
    await write('a');
    await write('a', 'x==1', 'requirements.txt');
    expect(readdirSync(here.path('mcp.lock.d'))).toEqual(['a.requirements.txt']);
    for (const kind of ['go.sum', 'image.json']) await write('a', kind, kind);
    expect(readdirSync(here.path('mcp.lock.d'))).toEqual(['a.image.json']);
    await write('a');
    expect(readdirSync(here.path('mcp.lock.d'))).toEqual(['a.package-lock.json']);
  });

  it('reads as empty, and dependencies as none, where there is no file', async () => {
    expect(await locks.read(location)).toEqual({ version: 1, servers: {} });
    expect(await locks.readDependencies(location, entryOf('a', 'x'))).toBeUndefined();
  });

  it('refuses dependencies that are not those that the entry names', async () => {
    await write('a');
    writeFileSync(here.path('mcp.lock.d/a.package-lock.json'), '{}');
    await expect(locks.readDependencies(location, entryOf('a', '{"of":"a"}'))).rejects.toMatchObject({ code: 'LOCK_INVALID', message: expect.stringContaining('a.package-lock.json') as string });
  });

  it('is whole before and after a crash between its two files', async () => {
    await write('a', 'old');
    const folder = lockFolder(here.folder);
    prepareDependencies(folder, 'a.package-lock.json', 'new', processes.self());
    expect(await locks.readDependencies(location, entryOf('a', 'old'))).toBe('old');
    writeFileSync(here.path('mcp.lock.json'), readFileSync(here.path('mcp.lock.json'), 'utf8').replace(sha256('old'), sha256('new')));
    expect(await locks.readDependencies(location, entryOf('a', 'new'))).toBe('new');
    await write('a', 'newest');
    expect(readdirSync(here.path('mcp.lock.d'))).toEqual(['a.package-lock.json']);
  });

  it.each([
    ['{\n<<<<<<< HEAD\n}', 'line 2, column 1'],
    ['{"version":0,"servers":{}}', 'line 1, column 12: version'],
    ['{"version":2,"servers":{"a":{"unknown":true}}}', 'was written by a newer cc-mcp: its format is 2, and this one knows 1'],
    ['{"version":1,"servers":{},"registry":"x"}', 'registry: this key is not known here'],
    ['{"version":1,"servers":{"../x":{}}}', 'expected a server name'],
    ['{"version":1,"servers":{"a":{}}}', 'servers.a.source'],
  ])('refuses what has another shape: %s', async (text, message) => {
    writeFileSync(here.path('mcp.lock.json'), text);
    await expect(locks.read(location)).rejects.toMatchObject({ code: 'LOCK_INVALID', message: expect.stringContaining(message) as string });
    await expect(write('b')).rejects.toMatchObject({ code: 'LOCK_INVALID' });
    expect(readFileSync(here.path('mcp.lock.json'), 'utf8')).toBe(text);
  });

  it.each(['../a.package-lock.json', '/etc/passwd', 'a/../../b.package-lock.json', 'b.package-lock.json', 'a.txt', 'a.package-lock.json\u0000'])('refuses a file name that is not of that server: %j', async (file) => {
    const entry = entryOf('a', 'x');
    writeFileSync(here.path('mcp.lock.json'), JSON.stringify({ version: 1, servers: { a: { ...entry, dependencies: { ...entry.dependencies, file } } } }));
    await expect(locks.read(location)).rejects.toMatchObject({ code: 'LOCK_INVALID', message: expect.stringContaining('servers.a.dependencies.file') as string });
  });

  it('neither reads nor writes through a symbolic link that a repository brought', async () => {
    mkdirSync(here.path('outside'));
    writeFileSync(here.path('outside/a.package-lock.json'), 'secret');
    symlinkSync('outside', here.path('mcp.lock.d'));
    await expect(write('a')).rejects.toMatchObject({ code: 'LOCK_INVALID' });
    await expect(locks.readDependencies(location, entryOf('a', 'secret'))).rejects.toMatchObject({ code: 'LOCK_INVALID' });
    expect(readdirSync(here.path('outside'))).toEqual(['a.package-lock.json']);
    expect(existsSync(here.path('mcp.lock.json'))).toBe(false);
    symlinkSync('outside/lock.json', here.path('mcp.lock.json'));
    await expect(locks.read(location)).rejects.toMatchObject({ code: 'LOCK_INVALID' });
  });
});
