import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BUILD_MARK } from '../domain/container-engine.ts';
import { readTemplate } from './template.ts';

const ROOT = join(import.meta.dirname, '../..');
const TEMPLATES = (['node', 'python', 'go'] as const).flatMap((name) => readdirSync(join(ROOT, 'templates/dockerfiles', name)).map((file) => ({ name, version: file.replace('.dockerfile', '') })));

test('the one of images runs nothing of the image, labels it first, and marks its only step', () => {
  const lines = readFileSync(join(ROOT, 'templates/dockerfiles/image/1.dockerfile'), 'utf8').split('\n').filter((line) => !line.startsWith('#'));
  expect(lines.join('\n')).not.toMatch(/^RUN|<<|--mount|^ADD /m);
  expect(lines.slice(0, 6)).toEqual(['ARG BASE_IMAGE', 'FROM $BASE_IMAGE', 'ARG CC_MCP_RECIPE', 'ARG CC_MCP_VERSION', 'LABEL io.cc-mcp.recipe=$CC_MCP_RECIPE io.cc-mcp.version=$CC_MCP_VERSION', `COPY ${BUILD_MARK}/ /opt/cc-mcp/`]);
});

test('one that a lock names and that is not there is refused, whatever its name is', () => {
  for (const version of ['99', '../node/1', '1.scripts', '']) expect(() => readTemplate(ROOT, { name: 'node', version })).toThrow(expect.objectContaining({ code: 'LOCK_INVALID' }));
});

describe.each(TEMPLATES)('template $name $version', (template) => {
  const text = readFileSync(join(ROOT, 'templates/dockerfiles', template.name, `${template.version}.dockerfile`), 'utf8');
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  const stages = lines.join('\n').split(/^(?=FROM )/m).slice(1);

  test('is plain enough for every builder', () => {
    expect(text).not.toMatch(/^#\s*(?:syntax|escape)\s*=/m);
    expect(lines.join('\n')).not.toMatch(/<<|--mount|--chown|--link|^ADD /m);
    expect(stages).toHaveLength(3);
  });

  test('labels each stage before anything else, so that what is left behind is ours', () => {
    expect(stages[0]).toMatch(/^FROM \$BASE_IMAGE AS base\nLABEL io\.cc-mcp\.recipe="" io\.cc-mcp\.version=""\n/);
    for (const stage of stages.slice(1)) expect(stage).toMatch(/^FROM (?:base.*|scratch|\$FETCHED_IMAGE AS install)\nARG CC_MCP_RECIPE\nARG CC_MCP_VERSION\nLABEL io\.cc-mcp\.recipe=\$CC_MCP_RECIPE io\.cc-mcp\.version=\$CC_MCP_VERSION\n/);
  });

  test('begins every stage with the step that marks our build cache, the same for all recipes', () => {
    expect(stages[0]).toContain(`\nRUN : ${BUILD_MARK};`);
    expect(stages[0]).not.toContain('ARG');
    for (const stage of stages.slice(1)) expect(stage).toMatch(/^FROM (?:base(?: AS install)?|\$FETCHED_IMAGE AS install|scratch\n(?:(?!COPY|RUN|WORKDIR).*\n)*COPY --from=install \/io\.cc-mcp\/ \/)\n/);
  });

  test('keeps certificates, registries and what is downloaded out of the last stage', () => {
    const last = stages.at(-1) ?? '';
    expect(last).not.toMatch(/ca\.crt|CERT|npm|uv |INDEX|PROXY/i);
    expect(last).toContain('USER 10001:10001\n');
    expect(last).toMatch(/^ENTRYPOINT \["\/opt\/cc-mcp\/bin\/server"\]$/m);
  });
});
