/* PEP 508 names and PEP 440 versions, and the `^` and `~` that people know from elsewhere. */

const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;
const EXTRAS = /^\[[A-Za-z0-9][A-Za-z0-9._-]*(?:,[A-Za-z0-9][A-Za-z0-9._-]*)*\]$/;
const RELEASE = String.raw`v?(?:\d+!)?\d+(?:\.\d+)*`;
const SUFFIX = String.raw`(?:[-_.]?(?:a|b|c|rc|alpha|beta|pre|preview)[-_.]?\d*)?(?:-\d+|[-_.]?(?:post|rev|r)[-_.]?\d*)?(?:[-_.]?dev[-_.]?\d*)?`;
const LOCAL = String.raw`(?:\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?`;
const VERSION = new RegExp(`^${RELEASE}${SUFFIX}${LOCAL}$`, 'i');
const COMPARATOR = new RegExp(`^(?:(?:==|!=) ?${RELEASE}\\.\\*|(?:~=|==|!=|<=|>=|<|>) ?${RELEASE}${SUFFIX}${LOCAL})$`, 'i');
const CARET = /^([\^~]) ?v?(\d+(?:\.\d+)*)$/;
const LONGEST = 200;

export function isPypiName(name: string): boolean {
  return name.length <= 100 && NAME.test(name) && !name.includes('..');
}

/** How PyPI compares names: lower case, runs of `-_.` as one dash. */
export function normalizedPypiName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}

export function isPypiVersion(version: string): boolean {
  return version.length <= 100 && VERSION.test(version);
}

/** The one version that a range names, however it is written. */
export function exactPypiVersion(range: string): string | undefined {
  const version = range.replace(/^== ?/, '');
  return isPypiVersion(version) ? version : undefined;
}

export function isPypiRange(range: string): boolean {
  return pypiSpecifiers(range) !== undefined;
}

/** What stands after the name in a requirement: `==1.2`, `>=0.3,<0.4`; empty for the newest; undefined: not a range. */
export function pypiSpecifiers(range: string): string | undefined {
  if (range.length > LONGEST) return undefined;
  if (range === 'latest' || range === '*') return '';
  if (isPypiVersion(range)) return `==${range}`;
  const caret = CARET.exec(range);
  if (caret !== null) return `>=${caret[2]},<${nextRelease(caret[1] === '^', (caret[2] ?? '').split('.'))}`;
  const parts = range.split(',').map((part) => part.trim());
  return parts.every((part) => COMPARATOR.test(part)) ? parts.map((part) => part.replace(' ', '')).join(',') : undefined;
}

/** The first release that `^` (same leftmost number other than 0) or `~` (same minor) no longer covers. */
function nextRelease(caret: boolean, release: readonly string[]): string {
  const firstSet = release.findIndex((part) => Number(part) !== 0);
  const kept = caret ? (firstSet < 0 ? release.length - 1 : firstSet) : Math.min(1, release.length - 1);
  return release.slice(0, kept + 1).map((part, index) => (index === kept ? String(BigInt(part) + 1n) : part)).join('.');
}

export interface PypiOverride {
  readonly name: string;
  /** As uv reads it: name, extras, specifiers, no spaces. */
  readonly requirement: string;
}

/** `name[extra]<2`: a PEP 508 requirement without address and markers, and with a specifier. */
export function parsePypiOverride(text: string): PypiOverride | undefined {
  const match = /^([A-Za-z0-9._-]+)(\[[^\]]*\])? ?([<>=!~].*)$/.exec(text);
  if (match === null || text.length > LONGEST) return undefined;
  const [, name = '', extras = '', specifiers = ''] = match;
  const read = specifiers.startsWith('~') && !specifiers.startsWith('~=') ? undefined : pypiSpecifiers(specifiers);
  if (!isPypiName(name) || read === undefined || (extras !== '' && !EXTRAS.test(extras))) return undefined;
  return { name, requirement: `${name}${extras}${read}` };
}
