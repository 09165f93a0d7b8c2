import { expect, it } from 'vitest';
import { readGoManifest } from './go-manifest.ts';

const read = (files: Readonly<Record<string, string>>): object => readGoManifest(Object.entries(files).map(([path, content]) => ({ path, content: new TextEncoder().encode(content), executable: false })), './x');
const MAIN = '// Says something.\npackage main\n\nfunc main() {}\n';

it.each([
  ['the module is the program', { 'go.mod': 'module github.com/me/hello/v2 // x\n', 'main.go': MAIN }, [{ name: 'hello', target: '.' }]],
  ['programs lie in folders, whose examples and tools nobody means', { 'go.mod': 'module "hello"\n', 'cmd/a/main.go': MAIN, 'cmd/b/main.go': MAIN, 'a.go': 'package hello\n', 'examples/c/main.go': MAIN, 'internal/gen/main.go': MAIN, 'vendor/x/main.go': MAIN, '_old/main.go': MAIN }, [{ name: 'a', target: './cmd/a' }, { name: 'b', target: './cmd/b' }]],
  ['two are called the same', { 'go.mod': 'module h\n', 'one/server/main.go': MAIN, 'two/server/main.go': MAIN }, [{ name: 'one-server', target: './one/server' }, { name: 'two-server', target: './two/server' }]],
  ['what looks like one is a test, a generator, or a folder that is an option', { 'go.mod': 'module h\n', 'x_test.go': MAIN, 'gen.go': `//go:build ignore\n\n${MAIN}`, '-exec=x/main.go': MAIN }, []],
])('where %s', (_, files, executables) => expect(read(files)).toMatchObject({ executables, vendored: false }));

it('sees that the code of the modules is there, and refuses a go.mod that names nothing', () => {
  expect(read({ 'go.mod': 'module h\n', 'vendor/modules.txt': '' })).toMatchObject({ vendored: true });
  expect(() => read({ 'go.mod': 'go 1.25\n' })).toThrow('go.mod of ./x names no module');
});
