import type { BuildInput } from '../domain/source.ts';
import type { DockerfileLock } from './dockerfile-lock.ts';
import type { OwnStages, Stage } from './dockerfile-stages.ts';
import { leadingOptions } from './dockerfile-words.ts';
import type { ProjectFile } from './project-files.ts';
import { readTemplate } from './template.ts';
import type { Template } from './template.ts';

export interface DockerfileBuild {
  readonly template: Template;
  readonly packageRoot: string;
  readonly stages: OwnStages;
  readonly files: readonly ProjectFile[];
  /** Of the lock. */
  readonly content: string;
  /** An image of the Dockerfile as this engine knows it. */
  readonly referenceOf: (image: string) => string;
  readonly architecture: string;
}

/** Its own steps first, from exactly the locked images; then what makes the outcome ours. Volumes are the container's matter. */
export function dockerfileBuild({ dockerfile, network, entrypoint }: DockerfileLock, { template, packageRoot, stages, files, content, referenceOf, architecture }: DockerfileBuild): BuildInput {
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  return {
    template: template.name,
    templateVersion: template.version,
    files: files.map(({ path, content: bytes, executable }) => ({ path, content: path === dockerfile ? encode(rewritten(stages, referenceOf)) : bytes, mode: executable ? 0o755 : 0o644 })),
    dockerfile,
    ownSteps: { network: network ? 'default' : 'none' },
    classic: true,
    buildArguments: platformArguments(stages, architecture),
    offline: {
      files: [{ path: 'Dockerfile', content: readTemplate(packageRoot, template) }, { path: 'io.cc-mcp/lock/dockerfile.json', content: encode(content) }],
      buildArguments: {},
    },
    entrypoint,
  };
}

/** One line each, as it was read. Every stage begins with our labels, so that what a builder leaves behind can be told as ours. */
function rewritten({ arguments: globals, stages }: OwnStages, referenceOf: (image: string) => string): string {
  const lines = [...globals].map(([name, value]) => `ARG ${name}${value === undefined ? '' : `=${quoted(value)}`}`);
  for (const [index, stage] of stages.entries()) {
    lines.push(`FROM ${startOf(stage, stages, referenceOf)} AS ${nameOf(stage, index)}`, 'LABEL io.cc-mcp.recipe="" io.cc-mcp.version=""');
    for (const { name, rest } of stage.instructions) {
      if (name !== 'VOLUME') lines.push(`${name} ${name === 'COPY' ? pinned(rest, stages.slice(0, index), referenceOf) : rest}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function startOf({ start }: Stage, stages: readonly Stage[], referenceOf: (image: string) => string): string {
  if (start === 'scratch') return start;
  return typeof start === 'number' ? nameOf(stages[start], start) : referenceOf(start.image);
}

function nameOf(stage: Stage | undefined, index: number): string {
  return stage?.name ?? `cc-mcp-stage-${index}`;
}

function pinned(rest: string, earlier: readonly Stage[], referenceOf: (image: string) => string): string {
  const { options, rest: words } = leadingOptions(rest);
  const given = options.map((option) => {
    const from = /^--from=(.*)$/.exec(option)?.[1];
    return from === undefined || /^\d+$/.test(from) || earlier.some(({ name }) => name === from.toLowerCase()) ? option : `--from=${referenceOf(from)}`;
  });
  return [...given, words].join(' ');
}

function quoted(value: string): string {
  return `"${value.replaceAll(/[\\"$]/g, String.raw`\$&`)}"`;
}

/** What BuildKit says by itself, for those who ask. */
function platformArguments({ stages }: OwnStages, architecture: string): Readonly<Record<string, string>> {
  const known: Readonly<Record<string, string>> = Object.fromEntries(['TARGET', 'BUILD'].flatMap((which) => [[`${which}OS`, 'linux'], [`${which}ARCH`, architecture], [`${which}PLATFORM`, `linux/${architecture}`]]));
  const asked = new Set(stages.flatMap(({ instructions }) => instructions.flatMap(({ name, rest }) => (name === 'ARG' ? rest.split(/\s+/) : []))));
  return Object.fromEntries(Object.entries(known).filter(([name]) => asked.has(name)));
}
