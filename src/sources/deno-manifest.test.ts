import { expect, it } from 'vitest';
import { readDenoManifest } from './deno-manifest.ts';

const read = (files: Readonly<Record<string, string>>): readonly object[] => readDenoManifest(Object.entries(files).map(([path, content]) => ({ path, content: new TextEncoder().encode(content), executable: false })), './x').executables;

it.each([
  ['its export', { 'deno.json': '{"name":"@me/hello","exports":"./src/a.ts"}', 'src/a.ts': '', 'main.ts': '' }, [{ name: 'hello', target: 'src/a.ts' }]],
  ['the first of its exports', { 'deno.json': '{"exports":{".":"./a.ts","./b":"./b.ts"}}', 'a.ts': '' }, [{ name: 'server', target: 'a.ts' }]],
  ['what its task starts', { 'deno.json': '{"exports":"./mod.ts","tasks":{"start":"deno run --allow-net -A ./run.ts --x y.ts"}}', 'mod.ts': '', 'run.ts': '' }, [{ name: 'server', target: 'run.ts' }]],
  ['what a task with words says', { 'deno.json': '{"tasks":{"start":{"description":"x","command":"deno run run.ts"}}}', 'run.ts': '' }, [{ name: 'server', target: 'run.ts' }]],
  ['main.ts, where comments and commas stand in its file', { 'deno.jsonc': '\uFEFF{ // "exports": "./no.ts"\n "name": "a//b", /* x */ "imports": { "x": "npm:x", }, }', 'main.ts': '', 'server.ts': '' }, [{ name: 'b', target: 'main.ts' }]],
  ['nothing outside of it', { 'deno.json': '{"exports":"../../etc/x.ts"}' }, []],
])('starts %s', (_, files, executables) => expect(read(files)).toEqual(executables));

it('says which file is not JSON', () => expect(() => read({ 'deno.json': '{"a" 1}' })).toThrow('deno.json of ./x is not JSON'));
