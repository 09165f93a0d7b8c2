import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readLocalFiles } from './local-files.ts';
import { treeHash } from './project-files.ts';

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'cc-mcp-folder-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

const paths = (folder: string): readonly string[] => readLocalFiles(folder).map(({ path }) => path);

test('[N9] [F34] credentials and keys stay where they are, whatever the ignore file says; examples go along', () => {
  const folder = folderOf({
    'index.js': '', '.env': 'A=1', '.env.local': 'A=1', '.env.example': 'A=', '.npmrc': '//r/:_authToken=x', 'keys/server.pem': '', '.ssh/id_ed25519': '', '.git/config': '', 'node_modules/x/index.js': '',
    'sub/.pypirc': '', 'sub/credentials.json': '', '.dockerignore': '!.env\n!.npmrc\n',
  });
  expect(paths(folder)).toEqual(['.dockerignore', '.env.example', 'index.js']);
});

test('a .dockerignore is read as Docker reads it, with what it takes back', () => {
  const folder = folderOf({ '.dockerignore': '# data\ndata\n!data/keep.txt\n**/*.log\n', 'data/large.bin': '', 'data/keep.txt': '', 'a/b/x.log': '', 'a/b/x.js': '' });
  expect(paths(folder)).toEqual(['.dockerignore', 'a/b/x.js', 'data/keep.txt']);
});

test('[N9] a link inside is the file; one that leads out is refused; one to nothing is left out', () => {
  const folder = folderOf({ 'a.txt': 'a' });
  symlinkSync('a.txt', join(folder, 'b.txt'));
  symlinkSync('nothing', join(folder, 'c.txt'));
  expect(readLocalFiles(folder).map(({ path, content }) => [path, String(Buffer.from(content))])).toEqual([['a.txt', 'a'], ['b.txt', 'a']]);
  symlinkSync('/etc/passwd', join(folder, 'users'));
  expect(() => readLocalFiles(folder)).toThrow(expect.objectContaining({ code: 'REFUSED', message: expect.stringContaining('users') }));
});

test('the hash of a tree follows paths, contents and whether a file can be executed, not times', () => {
  const folder = folderOf({ 'a.txt': 'a', 'b/c.txt': 'c' });
  const before = treeHash(readLocalFiles(folder));
  writeFileSync(join(folder, 'a.txt'), 'a');
  expect(treeHash(readLocalFiles(folder))).toBe(before);
  chmodSync(join(folder, 'a.txt'), 0o755);
  const executable = treeHash(readLocalFiles(folder));
  expect(executable).not.toBe(before);
  writeFileSync(join(folder, 'a.txt'), 'b');
  expect(treeHash(readLocalFiles(folder))).not.toBe(executable);
});

test('a folder that is larger than a server is refused before it is read', () => {
  const folder = folderOf({ 'x': '' });
  truncateSync(join(folder, 'x'), 300 * 1024 ** 2);
  expect(() => readLocalFiles(folder)).toThrow(expect.objectContaining({ code: 'REFUSED', message: expect.stringContaining('more than 256 MiB') }));
});
