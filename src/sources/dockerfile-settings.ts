import { posix } from 'node:path';
import type { ImageDetails } from '../domain/container-engine.ts';
import type { ImageSettings } from '../domain/lock.ts';
import type { OwnStages, Stage } from './dockerfile-stages.ts';
import { refusedLine } from './dockerfile-text.ts';
import type { Instruction } from './dockerfile-text.ts';
import { expandWords, jsonWords } from './dockerfile-words.ts';

export interface OwnSettings extends ImageSettings {
  readonly entrypoint: readonly string[];
}

type BaseDetails = Pick<ImageDetails, 'entrypoint' | 'command' | 'volumes' | 'workingDirectory' | 'environment'>;

interface State {
  entrypoint: readonly string[];
  command: readonly string[];
  /** Whether the stage itself says it: an entry point takes away one that was only inherited. */
  ownCommand: boolean;
  workingDirectory: string;
  shell: readonly string[];
  readonly volumes: Set<string>;
  readonly environment: Map<string, string>;
  readonly arguments: Map<string, string>;
}

const NO_BASE: BaseDetails = { entrypoint: [], command: [], volumes: [], workingDirectory: '/', environment: [] };

/** How a container of the last stage starts and what it writes to, as the builder would put it into the image. `path`: for messages. */
export function ownSettings(read: OwnStages, path: string, detailsOf: (image: string) => BaseDetails): OwnSettings {
  const { entrypoint, command, workingDirectory, volumes } = stateOf(read, read.stages.length - 1, path, detailsOf);
  return { entrypoint, command, workingDirectory: workingDirectory === '' ? '/' : workingDirectory, volumes: [...volumes].sort() };
}

function stateOf(read: OwnStages, index: number, path: string, detailsOf: (image: string) => BaseDetails): State {
  const stage = read.stages[index] as Stage;
  const state = typeof stage.start === 'number' ? { ...stateOf(read, stage.start, path, detailsOf), ownCommand: false, arguments: new Map<string, string>() } : begun(stage.start === 'scratch' ? NO_BASE : detailsOf(stage.start.image));
  for (const instruction of stage.instructions) apply(state, instruction, read, path);
  return state;
}

function begun({ entrypoint, command, volumes, workingDirectory, environment }: BaseDetails): State {
  const variables = environment.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)] as const);
  return { entrypoint, command, ownCommand: false, workingDirectory, shell: ['/bin/sh', '-c'], volumes: new Set(volumes), environment: new Map(variables), arguments: new Map() };
}

function apply(state: State, { line, name, rest }: Instruction, { arguments: globals }: OwnStages, path: string): void {
  const variable = (key: string): string | undefined => state.environment.get(key) ?? state.arguments.get(key);
  const words = (): readonly string[] => {
    const found = (jsonWords(rest) ?? [rest]).map((word) => expandWords(word, variable));
    if (found.some((each) => each === undefined)) throw refusedLine(path, line, `is a ${name} that is not understood: ${rest}`);
    return found.flatMap((each) => each ?? []);
  };
  switch (name) {
    case 'ENTRYPOINT':
      state.entrypoint = started(rest, state.shell);
      if (!state.ownCommand) state.command = [];
      break;
    case 'CMD':
      [state.command, state.ownCommand] = [started(rest, state.shell), true];
      break;
    case 'SHELL':
      state.shell = jsonWords(rest) ?? state.shell;
      break;
    case 'WORKDIR':
      state.workingDirectory = posix.resolve(state.workingDirectory || '/', words().join(' '));
      break;
    case 'VOLUME':
      for (const volume of words()) state.volumes.add(posix.resolve('/', volume));
      break;
    case 'ENV':
      for (const [key, value] of pairs(rest, words)) state.environment.set(key, value);
      break;
    case 'ARG':
      for (const [key, value] of words().map(splitPair)) {
        const given = value ?? globals.get(key);
        if (given !== undefined) state.arguments.set(key, given);
      }
      break;
    default:
  }
}

/** `ENTRYPOINT []` takes away what was inherited; what is no list is a line for the shell. */
function started(rest: string, shell: readonly string[]): readonly string[] {
  return jsonWords(rest) ?? (rest === '' ? [] : [...shell, rest]);
}

/** `ENV A=1 B=2`, and the old `ENV A all of this`. */
function pairs(rest: string, words: () => readonly string[]): readonly (readonly [string, string])[] {
  const [, key, value = ''] = /^([A-Za-z_]\w*)\s+(.*)$/s.exec(rest) ?? [];
  if (key !== undefined) return [[key, value]];
  return words().map(splitPair).map(([name, text]) => [name, text ?? '']);
}

function splitPair(word: string): readonly [string, string | undefined] {
  const equals = word.indexOf('=');
  return equals < 0 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)];
}
