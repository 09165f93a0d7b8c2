import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const FIXTURES = join(ROOT, 'test/lint-fixtures');

interface Diagnostic {
  readonly code: string;
  readonly message: string;
  readonly help?: string;
  readonly filename: string;
}

interface Fixture {
  /** `src/servers/prints.ts` */
  readonly file: string;
  readonly breaks: { readonly rule: string; readonly words: string } | undefined;
}

const fixtures = await readFixtures();
let tree: string;
let diagnostics: readonly Diagnostic[];

beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), 'cc-mcp-lint-'));
  await copyFile(join(ROOT, '.oxlintrc.json'), join(tree, '.oxlintrc.json'));
  for (const { file } of fixtures) {
    await mkdir(dirname(join(tree, file)), { recursive: true });
    await copyFile(join(FIXTURES, file.replace(/\.ts$/, '.txt')), join(tree, file));
  }
  diagnostics = await lint(tree);
});

afterAll(() => rm(tree, { recursive: true, force: true }));

test.each(fixtures.filter(({ breaks }) => breaks !== undefined).map(({ file, breaks }) => [file, breaks?.rule ?? '', breaks?.words ?? ''] as const))(
  '%s breaks %s, and the message says where it belongs: %s', (file, rule, words) => {
    const found = diagnostics.filter((diagnostic) => diagnostic.filename === file && diagnostic.code === rule);
    expect(found.map(({ message, help = '' }) => `${message} ${help}`)).toContainEqual(expect.stringContaining(words));
  });

test.each(fixtures.filter(({ breaks }) => breaks === undefined).map(({ file }) => [file] as const))('%s is allowed', (file) => {
  expect(diagnostics.filter(({ filename }) => filename === file)).toEqual([]);
});

test('every room of src has a fixture that breaks its floor', async () => {
  const rooms = (await readdir(join(ROOT, 'src'), { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const broken = new Set(fixtures.flatMap(({ file, breaks }) => (breaks?.rule.startsWith('eslint(no-restricted-') === true ? [file.split('/')[1]] : [])));
  expect(rooms.filter((name) => !broken.has(name))).toEqual([]);
});

async function lint(folder: string): Promise<readonly Diagnostic[]> {
  const output = await new Promise<string>((resolve, reject) => {
    execFile(join(ROOT, 'node_modules/.bin/oxlint'), ['-c', join(folder, '.oxlintrc.json'), '-f', 'json', '.'], { cwd: folder, maxBuffer: 1 << 26 }, (error, stdout) => {
      // It exits 1 when it finds something, which is what it is here for.
      if (error !== null && error.code !== 1) reject(error);
      else resolve(stdout);
    });
  });
  return (JSON.parse(output) as { readonly diagnostics: readonly Diagnostic[] }).diagnostics;
}

async function readFixtures(): Promise<readonly Fixture[]> {
  const files = (await readdir(FIXTURES, { recursive: true })).filter((name) => name.endsWith('.txt')).sort();
  return Promise.all(files.map(async (name) => {
    const [first = ''] = (await readFile(join(FIXTURES, name), 'utf8')).split('\n');
    const [, rule, words] = /^\/\/ breaks (\S+): (.+)$/.exec(first) ?? [];
    if (first !== '// allowed' && (rule === undefined || words === undefined)) throw new Error(`${name} does not say what it breaks`);
    return { file: name.replace(/\.txt$/, '.ts'), breaks: rule === undefined || words === undefined ? undefined : { rule, words } };
  }));
}
