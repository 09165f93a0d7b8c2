import { pypiSpecifiers } from './pypi-grammar.ts';

/* The order of PEP 440 versions, as far as a range needs it. */

interface Version {
  readonly epoch: number;
  readonly release: readonly number[];
  /** Order among versions of one release: dev, a, b, rc, final, post. */
  readonly stage: readonly number[];
}

const PARTS = /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(?:post|rev|r)[-_.]?(\d*))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+.*)?$/i;
const STAGES: Readonly<Record<string, number>> = { a: 1, alpha: 1, b: 2, beta: 2, c: 3, rc: 3, pre: 3, preview: 3 };
const FINAL = 4;

/** Whether a range (`^0.3`, `>=1,<2`, `==1.*`, `1.2.3`, `latest`) covers an exact version. False for what is not a range. */
export function pypiRangeCovers(range: string, version: string): boolean {
  const specifiers = pypiSpecifiers(range);
  const parsed = parse(version);
  if (specifiers === undefined || parsed === undefined) return false;
  return specifiers === '' || specifiers.split(',').every((specifier) => holds(specifier, parsed));
}

function holds(specifier: string, version: Version): boolean {
  const [, operator = '', text = ''] = /^(===?|~=|!=|<=|>=|<|>)(.*)$/.exec(specifier) ?? [];
  if (text.endsWith('.*')) {
    const prefix = parse(text.slice(0, -2));
    const inside = prefix !== undefined && prefix.epoch === version.epoch && prefix.release.every((part, index) => (version.release[index] ?? 0) === part);
    return operator === '!=' ? !inside : inside;
  }
  const other = parse(text);
  if (other === undefined) return false;
  const order = compare(version, other);
  switch (operator) {
    case '==': return order === 0;
    case '!=': return order !== 0;
    case '<=': return order <= 0;
    case '>=': return order >= 0;
    // PEP 440: «<1» is not met by 1rc1, «>1» not by 1.post1.
    case '<': return order < 0 && !sameRelease(version, other);
    case '>': return order > 0 && !sameRelease(version, other);
    case '~=': return order >= 0 && other.release.slice(0, -1).every((part, index) => (version.release[index] ?? 0) === part) && version.epoch === other.epoch;
    default: return false;
  }
}

function sameRelease(a: Version, b: Version): boolean {
  return a.epoch === b.epoch && compareLists(a.release, b.release) === 0;
}

function compare(a: Version, b: Version): number {
  return a.epoch - b.epoch || compareLists(a.release, b.release) || compareLists(a.stage, b.stage);
}

function compareLists(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function parse(text: string): Version | undefined {
  const match = PARTS.exec(text.trim());
  if (match === null) return undefined;
  const [, epoch = '0', release = '', pre, preNumber = '', postDash, postNumber, dev, devNumber = ''] = match;
  const post = postDash ?? postNumber;
  const stage = pre === undefined ? (dev !== undefined && post === undefined ? 0 : FINAL) : (STAGES[pre.toLowerCase()] ?? FINAL);
  const isDev = dev === undefined ? 1 : 0;
  return {
    epoch: Number(epoch), release: release.split('.').map(Number),
    stage: [stage, Number(preNumber || 0), post === undefined ? 0 : Number(post || 0) + 1, isDev, Number(devNumber || 0)],
  };
}
