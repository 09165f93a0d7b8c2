import { describe, expect, it } from 'vitest';
import { openProject } from './open-project.ts';

const unused = (): never => {
  throw new Error('not asked for');
};
const common = { containers: { run: unused }, configuration: unused, packageRoot: '/', extraCa: undefined };
const OPTIONS = { node: common, python: common, go: common, deno: common, dockerfile: { image: unused, packageRoot: '/' } };
const NODE = { 'package.json': '{"bin":"a.js"}', 'a.js': '' };
const PYTHON = { 'pyproject.toml': '[project]\nname = "a"\n', 'main.py': '' };
const GO = { 'go.mod': 'module a\n', 'main.go': 'package main\n' };
const DENO = { 'deno.json': '{"exports":"./m.ts"}', 'm.ts': '' };
const DOCKERFILE = { Dockerfile: 'FROM node:24-slim\nCMD ["node"]\n' };

function open(files: Readonly<Record<string, string>>, path?: string): ReturnType<typeof openProject> {
  return openProject({
    type: 'local', version: '1', where: './a', files: Object.entries(files).map(([name, content]) => ({ path: name, content: new TextEncoder().encode(content), executable: false })),
    dockerfile: path === undefined ? undefined : { path, network: false },
  }, OPTIONS);
}

describe('what a folder holds', () => {
  it.each([
    ['node-project', NODE], ['python-project', PYTHON], ['go-project', GO], ['deno-project', DENO],
    ['node-project', { ...NODE, ...DENO }], ['deno-project', { ...DENO, 'package.json': '{}' }], ['python-project', { ...PYTHON, 'package.json': '{"scripts":{}}' }], ['go-project', { ...GO, 'package.json': '{}' }],
    ['node-project', { ...NODE, ...DOCKERFILE }],
  ])('%s: %j', (template, files) => expect(open(files).template.name).toBe(template));

  it('is its own Dockerfile only where the user says so', () => {
    expect(open({ ...NODE, ...DOCKERFILE }, 'Dockerfile')).toMatchObject({ template: { name: 'dockerfile' }, base: { image: 'node:24-slim' } });
    expect(open({ Dockerfile: 'FROM a:1 AS b\nFROM c:1\nCOPY --from=b /x /x\nCOPY --from=d:1 /y /y\n' }, 'Dockerfile')).toMatchObject({ base: { image: 'c:1' }, images: ['a:1', 'd:1'] });
    expect(() => open(DOCKERFILE)).toThrow(expect.objectContaining({ code: 'CONSENT_NEEDED', suggestions: [expect.stringMatching(/^--dockerfile Dockerfile /)] }));
    expect(() => open({ ...PYTHON, ...GO, ...DOCKERFILE })).toThrow(expect.objectContaining({ code: 'CONFLICT', suggestions: ['Name a subfolder that is one of them', expect.stringMatching(/^--dockerfile /)] }));
  });

  it('the same files by another Dockerfile, or with network, are another image', () => {
    const files = { ...DOCKERFILE, 'other/Dockerfile': DOCKERFILE.Dockerfile };
    expect(new Set([open(files, 'Dockerfile').tree, open(files, 'other/Dockerfile').tree, open({ ...files, x: '' }, 'Dockerfile').tree]).size).toBe(3);
  });

  it('may be nothing that is known', () => expect(() => open({ 'README.md': '' })).toThrow(expect.objectContaining({ code: 'PACKAGE_NOT_FOUND' })));
});
