import { CcMcpError } from './errors.ts';
import { parseMemory } from './limits.ts';
import { sanitizeLine } from './sanitize.ts';

/** Seconds of `run.waitForEngine`, where nothing is set. */
export const DEFAULT_WAIT_FOR_ENGINE = 20;

/** Where a setting stands in `config.json`: `['images', 'bases', 'node']`. */
export type SettingPath = readonly string[];

interface SettingKind {
  readonly path: SettingPath;
  /** One setting for each key below it, under names that the user gives. */
  readonly entries?: string;
  readonly parse: (text: string) => string | number;
}

const KINDS: readonly SettingKind[] = [
  { path: ['engine'], parse: engineAddress },
  { path: ['images', 'bases'], entries: 'RUNTIME', parse: imageReference },
  { path: ['images', 'rewrite'], entries: 'REFERENCE', parse: imageReference },
  { path: ['standby', 'memory'], parse: memory },
  { path: ['run', 'waitForEngine'], parse: seconds },
];

export const SETTING_KEYS: readonly string[] = KINDS.map(({ path, entries }) => [...path, ...(entries === undefined ? [] : [entries])].join('.'));

/** `images.bases.node` → its place. Throws INVALID_VALUE with the settings that there are. */
export function parseSettingKey(key: string): SettingPath {
  for (const { path, entries } of KINDS) {
    const prefix = path.join('.');
    if (entries === undefined && key === prefix) return path;
    const entry = key.startsWith(`${prefix}.`) ? key.slice(prefix.length + 1) : '';
    if (entries !== undefined && entry !== '' && /^[\x21-\x7E]{1,300}$/.test(entry)) return [...path, entry];
  }
  throw new CcMcpError('INVALID_VALUE', `"${sanitizeLine(key, 80)}" is not a setting`, { suggestions: [`Settings are ${SETTING_KEYS.join(', ')}`] });
}

/** A value as it is typed → as it stands in `config.json`. Throws INVALID_VALUE. */
export function parseSettingValue(path: SettingPath, text: string): string | number {
  const kind = KINDS.find((each) => each.path.every((part, index) => path[index] === part));
  if (kind === undefined) throw new Error(`${path.join('.')} has no kind`);
  return kind.parse(text);
}

function engineAddress(text: string): string {
  if (/^(?:unix:\/\/\/|tcp:\/\/[^/\s]|\/)[^\s]*$/.test(text)) return text;
  throw invalid(text, 'the address of an engine', 'unix:///var/run/docker.sock');
}

function imageReference(text: string): string {
  if (/^[a-z0-9][\w.:/@-]{0,299}$/.test(text)) return text;
  throw invalid(text, 'an image reference', 'registry.example.com/node:24-slim');
}

function memory(text: string): string {
  parseMemory(text);
  return text;
}

function seconds(text: string): number {
  if (/^\d{1,5}(?:\.\d{1,3})?$/.test(text)) return Number(text);
  throw invalid(text, 'a number of seconds', '20');
}

function invalid(text: string, what: string, example: string): CcMcpError {
  return new CcMcpError('INVALID_VALUE', `"${sanitizeLine(text, 80)}" is not ${what}: write it like ${example}`);
}
