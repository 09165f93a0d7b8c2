/** One of `docker run`: long names without dashes. */
export interface DockerOption {
  readonly name: string;
  readonly value: string;
}

const SHORT: Readonly<Record<string, string>> = {
  i: 'interactive', t: 'tty', d: 'detach', P: 'publish-all', q: 'quiet',
  a: 'attach', c: 'cpu-shares', e: 'env', h: 'hostname', l: 'label', m: 'memory', p: 'publish', u: 'user', v: 'volume', w: 'workdir',
};
const SWITCHES = new Set(['interactive', 'tty', 'detach', 'publish-all', 'quiet', 'rm', 'init', 'read-only', 'no-healthcheck', 'sig-proxy', 'privileged', 'oom-kill-disable', 'disable-content-trust']);

/** The words before the image, and those from it on. An option that nobody knows takes a value, as most do: whoever judges it names it. */
export function dockerOptions(words: readonly string[]): { readonly options: readonly DockerOption[]; readonly rest: readonly string[] } {
  const options: DockerOption[] = [];
  let index = 0;
  const valued = (name: string, value: string | undefined): void => {
    if (value === undefined) index += 1;
    options.push({ name, value: value ?? words[index] ?? '' });
  };
  for (; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (word === '--') return { options, rest: words.slice(index + 1) };
    if (!word.startsWith('-') || word === '-') break;
    const [, long, given] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (long === undefined) cluster(word.slice(1), options, valued);
    else if (SWITCHES.has(long)) options.push({ name: long, value: given ?? 'true' });
    else valued(long === 'net' ? 'network' : long, given);
  }
  return { options: options.filter(({ name, value }) => !SWITCHES.has(name) || value !== 'false'), rest: words.slice(index) };
}

/** `-it`, `-eNAME=VALUE`, `-e NAME`. */
function cluster(letters: string, options: DockerOption[], valued: (name: string, value: string | undefined) => void): void {
  for (let at = 0; at < letters.length; at += 1) {
    const name = SHORT[letters[at] ?? ''] ?? `-${letters[at] ?? ''}`;
    if (!SWITCHES.has(name)) {
      valued(name, letters.slice(at + 1).replace(/^=/, '') || undefined);
      return;
    }
    options.push({ name, value: 'true' });
  }
}
