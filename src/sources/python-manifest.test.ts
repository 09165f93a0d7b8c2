import { expect, test } from 'vitest';
import { readPythonManifest } from './python-manifest.ts';

const filesOf = (files: Readonly<Record<string, string>>) => Object.entries(files).map(([path, content]) => ({ path, content: new TextEncoder().encode(content), executable: false }));
const read = (files: Readonly<Record<string, string>>) => readPythonManifest(filesOf(files), './server');
const PROJECT = '[project]\nname = "hello"\nversion = "1.2.3"\ndependencies = ["mcp>=1.9,<2", "httpx[http2] ; sys_platform == \'linux\'"]\n[project.scripts]\nhello = "hello_mcp.main:main"\n';

test('[N1] a project with its modules in src', () => {
  expect(read({ 'pyproject.toml': PROJECT, 'src/hello_mcp/main.py': '' })).toEqual({
    name: 'hello', version: '1.2.3', description: '', requirements: ['mcp>=1.9,<2', 'httpx[http2] ; sys_platform == \'linux\''], executables: [{ name: 'hello', target: 'hello_mcp.main:main' }], root: 'src',
  });
});

test('a module at the top, and a version that only its build knows', () => {
  expect(read({ 'pyproject.toml': PROJECT.replace('version = "1.2.3"', 'dynamic = ["version"]'), 'hello_mcp.py': '' })).toMatchObject({ root: '', version: '0' });
});

test('a folder with requirements.txt and a server.py', () => {
  expect(read({ 'requirements.txt': '# what it needs\nmcp>=1  # the SDK\n\nhttpx\n', 'server.py': '', 'main.py': '' })).toMatchObject({
    requirements: ['mcp>=1', 'httpx'], executables: [{ name: 'server.py', target: 'server.py' }, { name: 'main.py', target: 'main.py' }],
  });
});

test.each([
  ['is not TOML', { 'pyproject.toml': '[project' }],
  ['is not understood', { 'pyproject.toml': '[project]\nname = "../x"\n' }],
  ['computes its dependencies', { 'pyproject.toml': '[project]\nname = "x"\ndynamic = ["dependencies"]\n' }],
  ['only packages of the index', { 'pyproject.toml': '[project]\nname = "x"\ndependencies = ["evil @ https://host/x.whl"]\n' }],
  ['only packages of the index', { 'pyproject.toml': '[project]\nname = "x"\ndependencies = ["--index-url https://host"]\n' }],
  ['only packages of the index', { 'pyproject.toml': '[project]\nname = "x"\ndependencies = ["a\\n--index-url https://host"]\n' }],
  ['has an option in requirements.txt', { 'requirements.txt': '--extra-index-url https://host\nmcp\n' }],
  ['has an option in requirements.txt', { 'requirements.txt': '-r other.txt\n' }],
  ['which only Poetry reads', { 'pyproject.toml': '[tool.poetry]\nname = "x"\n' }],
  ['starts the module hello_mcp', { 'pyproject.toml': PROJECT, 'elsewhere/hello_mcp/main.py': '' }],
])('one line says that it %s: %j', (message, files) => {
  expect(() => read(files)).toThrow(expect.objectContaining({ code: 'RESOLUTION_FAILED', message: expect.stringContaining(message) }));
});

test.each(['x:y; import os', 'a.b:c()', 'a b:c', 'os:system\nimport x'])('a script is the name of a function, nothing else: %j', (target) => {
  expect(read({ 'pyproject.toml': `[project]\nname = "x"\n[project.scripts]\nx = ${JSON.stringify(target)}\n`, 'x.py': '', 'a/b.py': '' }).executables).toEqual([]);
});
