import { isImageName, parseImageVersion, splitImage } from '../domain/image-grammar.ts';
import { readInstructions, refusedLine } from './dockerfile-text.ts';
import type { Instruction } from './dockerfile-text.ts';
import { expandWords, jsonWords, leadingOptions } from './dockerfile-words.ts';

/** Where a stage begins: an image of a registry, nothing, or an earlier stage by its number. */
export type StageStart = { readonly image: string } | 'scratch' | number;

export interface Stage {
  readonly line: number;
  readonly start: StageStart;
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

/** A Dockerfile of somebody's own, read and found to be one that may be built here. */
export interface OwnStages {
  /** `ARG` before the first stage: name → value, undefined without a default. */
  readonly arguments: ReadonlyMap<string, string | undefined>;
  readonly stages: readonly [Stage, ...Stage[]];
  /** Every image that it takes something from, as it names it, the last stage's own first. */
  readonly images: readonly [string, ...string[]];
}

/** What an instruction may be; what it would bring into the build from elsewhere is refused. */
export function readStages(text: string, path: string): OwnStages {
  const globals = new Map<string, string | undefined>();
  const stages: (Omit<Stage, 'instructions'> & { readonly instructions: Instruction[] })[] = [];
  const copied: string[] = [];
  for (const instruction of readInstructions(text, path)) {
    const { line, name, rest } = instruction;
    const refuse = (problem: string, suggestions: readonly string[] = []): never => {
      throw refusedLine(path, line, problem, suggestions);
    };
    const stage = stages.at(-1);
    if (name === 'FROM') stages.push({ line, instructions: [], ...startOf(rest, globals, stages, refuse) });
    else if (stage === undefined) {
      if (name !== 'ARG') return refuse(`begins with ${name}, before any FROM`);
      for (const [key, value] of readArguments(rest, (known) => globals.get(known), refuse)) globals.set(key, value);
    } else {
      const checked = checkedInstruction(instruction, stages, refuse);
      if (checked.image !== undefined) copied.push(checked.image);
      if (checked.instruction !== undefined) stage.instructions.push(checked.instruction);
    }
  }
  const [first, ...others] = stages;
  if (first === undefined) throw refusedLine(path, 1, 'and those after it name no image to begin with');
  const started = stages.flatMap(({ start }) => (typeof start === 'object' ? [start.image] : []));
  const [image, ...images] = new Set([...(baseOf(stages, stages.length - 1)), ...started, ...copied]);
  if (image === undefined) throw refusedLine(path, first.line, 'begins with scratch, as all stages do: its own image would have no base that could be named');
  return { arguments: globals, stages: [first, ...others], images: [image, ...images] };
}

/** The image that a stage goes back to. */
function baseOf(stages: readonly Pick<Stage, 'start'>[], index: number): readonly string[] {
  const start = stages[index]?.start;
  if (typeof start === 'number') return baseOf(stages, start);
  return typeof start === 'object' ? [start.image] : [];
}

type Refuse = (problem: string, suggestions?: readonly string[]) => never;

function startOf(rest: string, globals: ReadonlyMap<string, string | undefined>, stages: readonly Stage[], refuse: Refuse): Pick<Stage, 'start' | 'name'> {
  const { options, rest: words } = leadingOptions(rest);
  const foreign = options.find((option) => !/^--platform=\$\{?(?:BUILD|TARGET)PLATFORM\}?$/.test(option));
  if (foreign !== undefined) return refuse(`has the option ${foreign}: an image is built for this machine's own platform`);
  const [, place = '', name] = /^(\S+)(?:\s+[Aa][Ss]\s+([A-Za-z][A-Za-z0-9_.-]*))?$/.exec(words) ?? [];
  const [image, ...more] = expandWords(place, (key) => globals.get(key)) ?? [];
  if (image === undefined || more.length > 0) return refuse(`begins with "${words}", which is not understood`);
  return { start: stageOrImage(image, stages, refuse), name: name?.toLowerCase() };
}

function stageOrImage(text: string, stages: readonly Stage[], refuse: Refuse): StageStart {
  if (text === 'scratch') return text;
  const earlier = stages.findIndex(({ name }) => name !== undefined && name === text.toLowerCase());
  if (earlier >= 0) return earlier;
  const { name, version } = splitImage(text);
  if (!isImageName(name) || (version !== undefined && parseImageVersion(version) === undefined)) return refuse(`names "${text}", which is not an image`);
  if (name.startsWith('cc-mcp/')) return refuse(`takes ${name}, which is an image that cc-mcp made for a server`);
  return { image: text };
}

function readArguments(rest: string, known: (name: string) => string | undefined, refuse: Refuse): readonly (readonly [string, string | undefined])[] {
  const words = expandWords(rest, known) ?? refuse(`is an ARG that is not understood: ${rest}`);
  return words.map((word) => {
    const equals = word.indexOf('=');
    return equals < 0 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)];
  });
}

const KEPT = new Set(['RUN', 'COPY', 'ADD', 'ENV', 'ARG', 'WORKDIR', 'USER', 'ENTRYPOINT', 'CMD', 'LABEL', 'EXPOSE', 'VOLUME', 'STOPSIGNAL', 'SHELL', 'MAINTAINER']);

interface Checked {
  /** Undefined: it does not count. */
  readonly instruction: Instruction | undefined;
  /** An image that it copies from. */
  readonly image?: string;
}

function checkedInstruction(instruction: Instruction, stages: readonly Stage[], refuse: Refuse): Checked {
  const { name, rest } = instruction;
  if (name === 'HEALTHCHECK') return { instruction: undefined };
  if (name === 'ONBUILD') return refuse('has an ONBUILD step, which would run in a build on its image');
  if (!KEPT.has(name)) return refuse(`has the instruction ${name}, which is not known`);
  if (name === 'RUN') return { instruction: { ...instruction, rest: withoutMounts(rest, refuse) } };
  if (name === 'LABEL' && /(?:^|\s)(?:io\.cc-mcp(?:[.=\s]|$)|[^=\s]*[$\\])/i.test(labelKeys(rest))) return refuse('sets a label of cc-mcp\'s own, or one whose name it computes');
  return name === 'COPY' || name === 'ADD' ? checkedCopy(instruction, stages, refuse) : { instruction };
}

/** What stands before the values, without quotes. */
function labelKeys(rest: string): string {
  return rest.replaceAll(/=(?:"(?:\\.|[^"\\])*"|'[^']*'|(?:\\.|[^\s\\])*)/g, '=').replaceAll(/["']/g, '');
}

/** A cache is left away, because it is shared with other builds; anything else that is mounted comes from elsewhere. */
function withoutMounts(text: string, refuse: Refuse): string {
  const { options, rest } = leadingOptions(text);
  const other = options.find((option) => !/^--mount=(?:[^,]*,)*type=cache(?:,|$)/.test(option));
  if (other !== undefined) return refuse(`has the option ${other}, which only BuildKit knows or which brings something from elsewhere`, ['COPY what it needs, in a Dockerfile for this']);
  return rest;
}

function checkedCopy(instruction: Instruction, stages: readonly Stage[], refuse: Refuse): Checked {
  const { options, rest } = leadingOptions(instruction.rest);
  const given = options.filter((option) => option !== '--link');
  const unknown = given.find((option) => !/^--(?:from|chown)=/.test(option));
  if (unknown !== undefined) return refuse(`has the option ${unknown}, which only BuildKit knows`, ['Set it by RUN after it']);
  // The engine itself would fetch an address, from wherever it can reach.
  if (instruction.name === 'ADD' && !(jsonWords(rest) ?? rest.split(/\s+/)).every((word) => /^[\w.*?@+/-]+$/.test(word))) {
    return refuse('has an ADD of something else than plain paths', ['COPY it; what is at an address RUN can fetch, with --build-network']);
  }
  const from = given.find((option) => option.startsWith('--from='))?.slice('--from='.length);
  const kept = { ...instruction, rest: [...given, rest].join(' ') };
  if (from === undefined) return { instruction: kept };
  if (/^\d+$/.test(from)) return Number(from) < stages.length - 1 ? { instruction: kept } : refuse(`copies from the stage ${from}, which is not before it`);
  const start = stageOrImage(from, stages.slice(0, -1), refuse);
  return typeof start === 'object' ? { instruction: kept, image: start.image } : { instruction: kept };
}
