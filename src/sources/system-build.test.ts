import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { BuildInput } from '../domain/source.ts';
import { withSystemPackages } from './system-build.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, 'templates/dockerfiles');
/** Programs of Go, images and what Dockerfiles make have no distribution of ours. */
const WITHOUT: ReadonlySet<string> = new Set(['system', 'go', 'go-project', 'image', 'dockerfile']);
const RUNTIMES = readdirSync(FOLDER).filter((name) => !WITHOUT.has(name));
const FILES = RUNTIMES.flatMap((name) => readdirSync(join(FOLDER, name)).map((file) => ({ template: `${name}/${file}`, scripts: file.includes('.scripts.') })));
const OPTIONS = { packageRoot: ROOT, extraCa: new TextEncoder().encode('CA') };

function inputOf(template: string, scripts: boolean): BuildInput {
  const files = [{ path: 'Dockerfile', content: readFileSync(join(FOLDER, template)) }];
  return { template: 'x', templateVersion: '1', files, buildArguments: { A: 'b' }, entrypoint: ['/x'], ...(scripts ? { offline: { files, buildArguments: {} } } : {}) };
}

function dockerfileOf(files: BuildInput['files'] | undefined): string {
  return new TextDecoder().decode(files?.find(({ path }) => path === 'Dockerfile')?.content);
}

test('without packages a build is what it was', () => {
  const input = inputOf('node/1.dockerfile', false);
  expect(withSystemPackages(input, undefined, OPTIONS)).toBe(input);
  expect(withSystemPackages(input, [], OPTIONS)).toBe(input);
});

test('names that apt-get could take for something else are refused', () => {
  expect(() => withSystemPackages(inputOf('node/1.dockerfile', false), ['git-'], OPTIONS)).toThrow(expect.objectContaining({ code: 'INVALID_VALUE' }));
});

describe.each(FILES.filter(({ scripts }) => !scripts))('$template', ({ template }) => {
  const { files, buildArguments } = withSystemPackages(inputOf(template, false), ['git', 'curl', 'git'], OPTIONS);
  const text = dockerfileOf(files);
  const stages = text.split(/^(?=FROM )/m).slice(1);

  test('begins with its base and the packages, and everything else begins with those', () => {
    expect(buildArguments).toEqual({ A: 'b', CC_MCP_SYSTEM_PACKAGES: 'curl git' });
    expect(files.map(({ path }) => path)).toContain('system/ca.crt');
    expect(stages.slice(0, 2).map((stage) => stage.split('\n')[0])).toEqual(['FROM $BASE_IMAGE AS base', 'FROM base AS system']);
    expect(stages.at(-1)).toMatch(/^FROM system\n/);
    expect(stages.slice(2).filter((stage) => stage.startsWith('FROM base'))).toEqual([]);
    expect(stages).toHaveLength(readFileSync(join(FOLDER, template), 'utf8').split(/^FROM /m).length);
  });

  test('is as plain, knows no recipe where packages are fetched, and leaves neither lists nor certificates', () => {
    const stage = stages[1] ?? '';
    expect(text.replaceAll(/^#.*$/gm, '')).not.toMatch(/<<|--mount|--chown|--link|^ADD /m);
    expect(stage).not.toMatch(/CC_MCP_RECIPE|CC_MCP_VERSION/);
    expect(stage).toMatch(/--no-install-recommends[^]*rm -rf \/var\/lib\/apt\/lists\/\*[^]*rm -rf \/tmp\/cc-mcp\n/);
  });
});

test.each(FILES.filter(({ scripts }) => scripts))('$template goes on with the image that has the packages, without network, and without what it replaces', ({ template }) => {
  const { offline } = withSystemPackages(inputOf(template, true), ['git'], OPTIONS);
  const last = dockerfileOf(offline?.files).split(/^(?=FROM )/m).at(-1);
  expect(last).toMatch(/^FROM \$FETCHED_IMAGE\n[^]*\nUSER 0:0\nRUN rm -rf \/opt\/cc-mcp\nCOPY --from=\w+ \/opt\/cc-mcp \/opt\/cc-mcp\n[^]*\nUSER 10001:10001\n/);
  expect(offline?.buildArguments).toEqual({});
});
