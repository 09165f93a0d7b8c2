import { CcMcpError } from '../domain/errors.ts';
import { isPypiName, isPypiVersion, normalizedPypiName } from '../domain/pypi-grammar.ts';
import { sanitizeLine } from '../domain/sanitize.ts';

export interface PypiLockEntry {
  readonly name: string;
  readonly version: string;
  /** Only where a condition of the platform holds. */
  readonly conditional: boolean;
}

const LARGEST = 20 * 1024 * 1024;
const REQUIREMENT = /^([A-Za-z0-9._-]+)==([A-Za-z0-9.!+_-]+)(?: ; ([^\\#]+))? \\$/;
const HASH = /^ {4}--hash=sha256:[0-9a-f]{64}( \\)?$/;
const VARIABLE = 'python_version|python_full_version|os_name|sys_platform|platform_release|platform_system|platform_version|platform_machine|platform_python_implementation|implementation_name|implementation_version';
const OPERAND = `(?:${VARIABLE}|'[A-Za-z0-9 ._+-]*')`;
const COMPARISON = new RegExp(`^${OPERAND} (?:===?|!=|<=|>=|<|>|~=|in|not in) ${OPERAND}$`);

/**
 * Reads a lock that may come from a stranger: `name==version`, where uv writes one a condition, and hashes. No address, no
 * option, no other file, no line that is not understood.
 */
export function parsePypiLock(content: string, packageName: string, version: string): readonly PypiLockEntry[] {
  const entries = parseRequirements(content, `pypi:${packageName}`);
  const own = entries.find(({ name }) => normalizedPypiName(name) === normalizedPypiName(packageName));
  if (own === undefined || own.version !== version) return refuseLine(`pypi:${packageName}`, 1, `begins a lock that does not have ${packageName} ${version}`);
  return entries;
}

/** The same of a folder's project, which stands in no lock itself. `what` is for messages. */
export function parseRequirements(content: string, what: string): readonly PypiLockEntry[] {
  const refuse = (line: number, problem: string): never => refuseLine(what, line, problem);
  if (content === '') return [];
  if (content.length > LARGEST) return refuse(1, 'begins a file larger than 20 MiB');
  if (!content.endsWith('\n')) return refuse(content.split('\n').length, 'has no end');
  const entries: PypiLockEntry[] = [];
  const unconditional = new Set<string>();
  let hashesFollow = false;
  for (const [index, line] of content.slice(0, -1).split('\n').entries()) {
    if (hashesFollow) {
      const hash = HASH.exec(line);
      if (hash === null) return refuse(index + 1, `is not a SHA-256 hash of the package before it: ${sanitizeLine(line, 80)}`);
      hashesFollow = hash[1] !== undefined;
      continue;
    }
    const entry = entryOf(line) ?? refuse(index + 1, `is not NAME==VERSION with hashes: ${sanitizeLine(line, 80)}`);
    const key = normalizedPypiName(entry.name);
    // One package may stand twice for different conditions, never twice without one.
    if (unconditional.has(key)) return refuse(index + 1, `names ${entry.name} a second time`);
    if (!entry.conditional) unconditional.add(key);
    entries.push(entry);
    hashesFollow = true;
  }
  if (hashesFollow) return refuse(content.split('\n').length - 1, 'has no hash after it');
  return entries;
}

function refuseLine(what: string, line: number, problem: string): never {
  throw new CcMcpError('LOCK_INVALID', `Line ${line} of the lock of ${sanitizeLine(what, 200)} ${problem}`, {
    suggestions: ['Take the lock from where it was written again, or remove the server\'s lock entry and install anew'], details: { package: what.replace(/^pypi:/, ''), line },
  });
}

/** The version of a package; the first, where it has several for different platforms. */
export function pypiVersionIn(lock: string, name: string): string | undefined {
  return lock.split('\n').map(entryOf).find((entry) => entry !== undefined && normalizedPypiName(entry.name) === normalizedPypiName(name))?.version;
}

/** Each entry of a lock that was read: its requirement as uv takes it, and its hashes. */
export function lockHashes(lock: string): readonly { readonly requirement: string; readonly hashes: readonly string[] }[] {
  return blocksOf(lock).map((block) => ({ requirement: (block.split('\n')[0] ?? '').replace(/ \\$/, ''), hashes: [...block.matchAll(/--hash=sha256:([0-9a-f]{64})/g)].map(([, hash = '']) => hash) }));
}

/** A lock that was read, without the entries that have one of these hashes. */
export function lockWithout(lock: string, hashes: ReadonlySet<string>): string {
  return blocksOf(lock).filter((block) => [...block.matchAll(/--hash=sha256:([0-9a-f]{64})/g)].every(([, hash = '']) => !hashes.has(hash))).join('');
}

/** A line with its hashes. */
function blocksOf(lock: string): readonly string[] {
  return lock.split(/^(?=\S)/m).filter((block) => block !== '');
}

function entryOf(line: string): PypiLockEntry | undefined {
  const [, name = '', version = '', marker] = REQUIREMENT.exec(line) ?? [];
  if (!isPypiName(name) || !isPypiVersion(version) || (marker !== undefined && !isMarker(marker.trim()))) return undefined;
  return { name, version, conditional: marker !== undefined };
}

/** Comparisons of PEP 508 joined by `and`, `or` and parentheses. */
function isMarker(marker: string): boolean {
  let depth = 0;
  for (const character of marker.replaceAll(/'[^']*'/g, '')) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0 && marker.split(/ (?:and|or) /).every((part) => COMPARISON.test(part.replace(/^\(+/, '').replace(/\)+$/, '').trim()));
}
