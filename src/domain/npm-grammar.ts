import { validRange } from 'semver';

const PART = '[A-Za-z0-9][A-Za-z0-9._-]*';
const NAME = new RegExp(`^(?:@${PART}/)?${PART}$`);
const TAG = /^[A-Za-z][A-Za-z0-9._-]{0,99}$/;
const NEVER = new Set(['node_modules', 'favicon.ico']);

/** npm's rules for a name of today or of old (capitals), less what it allows but nobody may type: `~`, a leading dash, `..`. */
export function isNpmName(name: string): boolean {
  return name.length <= 214 && NAME.test(name) && !name.includes('..') && !NEVER.has(name.toLowerCase());
}

/** A semver range or a dist-tag: never an address, a path, an alias or another kind of npm specifier. */
export function isNpmRange(range: string): boolean {
  if (range === '' || range !== range.trim() || range.length > 200 || !/^[\x20-\x7E]+$/.test(range)) return false;
  return validRange(range) !== null || TAG.test(range);
}

export interface NpmOverride {
  readonly name: string;
  readonly range: string;
}

/** `name@range`. */
export function parseNpmOverride(text: string): NpmOverride | undefined {
  const at = text.indexOf('@', 1);
  if (at < 0) return undefined;
  const [name, range] = [text.slice(0, at), text.slice(at + 1)];
  return isNpmName(name) && isNpmRange(range) ? { name, range } : undefined;
}
