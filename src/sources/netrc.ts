import { readUserFile } from './user-file.ts';

export interface NetrcEntry {
  /** Undefined: `default`. */
  readonly machine: string | undefined;
  readonly login: string;
  readonly password: string;
}

/** The machines of the user's netrc; undefined when there is none. */
export function readNetrc(path: string): readonly NetrcEntry[] | undefined {
  const text = readUserFile(path);
  return text === undefined ? undefined : parseNetrc(text);
}

/** Words, quoted or not; a comment begins at a word with `#`; a macro ends at an empty line. */
function parseNetrc(text: string): readonly NetrcEntry[] {
  const entries: { machine: string | undefined; login: string; password: string }[] = [];
  const words = text.replaceAll(/^\s*macdef\b[^\n]*\n(?:[^\n]+\n)*/gm, '').replaceAll(/(^|\s)#[^\n]*/g, '$1').match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
  for (let index = 0; index < words.length; index += 1) {
    const value = (): string => plain(words[(index += 1)] ?? '');
    const entry = entries.at(-1);
    switch (words[index]) {
      case 'machine':
        entries.push({ machine: value().toLowerCase(), login: '', password: '' });
        break;
      case 'default':
        entries.push({ machine: undefined, login: '', password: '' });
        break;
      case 'login':
        if (entry !== undefined) entry.login = value();
        break;
      case 'password':
        if (entry !== undefined) entry.password = value();
        break;
      default:
    }
  }
  return entries;
}

function plain(word: string): string {
  return word.startsWith('"') && word.endsWith('"') && word.length > 1 ? word.slice(1, -1).replaceAll(/\\(.)/g, '$1') : word;
}

/** Of this host, and where a login is given of that; else the default. */
export function passwordFor(entries: readonly NetrcEntry[], host: string, login: string): NetrcEntry | undefined {
  const fits = entries.filter((entry) => entry.password !== '' && (login === '' || entry.login === login));
  return fits.find(({ machine }) => machine === host) ?? fits.find(({ machine }) => machine === undefined);
}
