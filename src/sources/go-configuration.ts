import { join, resolve } from 'node:path';
import { readUserFile } from './user-file.ts';

/** What of the user's Go configuration steers us: where modules come from, and who vouches for them. Never how a program is built. */
export type GoConfiguration = Readonly<Partial<Record<(typeof NAMES)[number], string>>>;

export interface GoConfigurationFiles {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly homeFolder: string;
  readonly platform: 'linux' | 'darwin';
}

const NAMES = ['GOPROXY', 'GONOPROXY', 'GOPRIVATE', 'GOSUMDB', 'GONOSUMDB', 'GOINSECURE'] as const;

/** Variables before the file that `go env -w` writes, as Go does it; what is empty counts as not set. */
export function readGoConfiguration(files: GoConfigurationFiles): GoConfiguration {
  const { environment } = files;
  const written = writtenSettings(files);
  return Object.fromEntries(NAMES.flatMap((name) => {
    const value = (environment[name] || written.get(name))?.trim();
    return value ? [[name, value]] : [];
  }));
}

function writtenSettings({ environment, homeFolder, platform }: GoConfigurationFiles): ReadonlyMap<string, string> {
  const { GOENV: file, XDG_CONFIG_HOME: configHome } = environment;
  if (file === 'off') return new Map();
  const folder = platform === 'darwin' ? join(homeFolder, 'Library/Application Support') : configHome || join(homeFolder, '.config');
  const text = readUserFile(file ? resolve(homeFolder, file) : join(folder, 'go/env')) ?? '';
  return new Map(text.split('\n').flatMap((line) => {
    const [, name, value] = /^([A-Z][A-Z0-9_]*)=(.*?)\r?$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  }));
}
