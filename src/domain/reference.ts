import { CcMcpError } from './errors.ts';
import { isGitAddress, isGitRef, isInnerPath } from './git-grammar.ts';
import { isGoPath, isGoRange } from './go-grammar.ts';
import { isImageName, parseImageVersion, splitImage } from './image-grammar.ts';
import { isNpmName, isNpmRange } from './npm-grammar.ts';
import { exactPypiVersion, isPypiName, isPypiRange } from './pypi-grammar.ts';
import { sanitizeLine } from './sanitize.ts';

/** What a user types to install. `range` and `version` are as typed: an exact version, a range, or a tag of the ecosystem. */
export type Reference =
  | { readonly kind: 'index'; readonly name: string; readonly version?: string }
  | { readonly kind: 'npm' | 'pypi' | 'go' | 'docker' | 'git' | 'local'; readonly package: string; readonly path?: string; readonly range?: string };

const LONGEST = 400;
const INDEX_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const INDEX_VERSION = /^[\^~]?[A-Za-z0-9][A-Za-z0-9.+!_-]{0,99}$/;
const SUPPORTED = 'a name of the index (postgres-mcp), npm:PACKAGE, pypi:PACKAGE, go:MODULE/PATH, docker:IMAGE, git+https://HOST/REPOSITORY and ./FOLDER';

export function parseReference(input: string): Reference {
  if (input === '') throw invalid(input, 'nothing was given');
  if (input.length > LONGEST) throw invalid(input, `it is longer than ${LONGEST} characters`);
  if (!/^[\x20-\x7E]+$/.test(input)) throw invalid(input, 'it has characters other than printable ASCII');
  if (/^(?:\.{1,2}|~)(?:\/|$)|^\//.test(input)) return { kind: 'local', package: input };
  if (input.startsWith('git+')) return parseGit(input, input.slice('git+'.length));
  const unsupported = UNSUPPORTED.find(({ pattern }) => pattern.test(input));
  if (unsupported !== undefined) throw notYet(input, unsupported.what);
  const [, scheme, rest = ''] = /^([A-Za-z][A-Za-z0-9+]*):(.*)$/.exec(input) ?? [];
  if (scheme === undefined) return parseIndex(input);
  if (scheme === 'npm') return parseNpm(input, rest);
  if (scheme === 'pypi') return parsePypi(input, rest);
  if (scheme === 'go') return parseGo(input, rest);
  if (scheme === 'docker' || scheme === 'oci') return parseImage(input, rest);
  throw invalid(input, `"${scheme}:" is not a known kind of source`, [`Known are ${SUPPORTED}`]);
}

/** Kinds that design 1 names and a later version brings, each by how it begins. */
const UNSUPPORTED: readonly { readonly pattern: RegExp; readonly what: string }[] = [
  { pattern: /^(?:git:|github:|gitlab:|https?:|ssh:)/, what: 'a repository or an address: a git repository is git+https://HOST/OWNER/REPOSITORY' },
  { pattern: /^(?:file:|local:)/, what: 'a local folder, which is ./FOLDER' },
  { pattern: /^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+\/[A-Za-z0-9][A-Za-z0-9._-]*(?:@[A-Za-z0-9.+-]+)?$/, what: 'a name of the official registry' },
];

function parseIndex(input: string): Reference {
  if (input.startsWith('@') && isNpmName(input.replace(/(?<=.)@.*$/, ''))) {
    throw invalid(input, 'a scoped package needs its source', [`npm:${input}`]);
  }
  const at = input.indexOf('@');
  const [name, version] = at < 0 ? [input, undefined] : [input.slice(0, at), input.slice(at + 1)];
  if (!INDEX_NAME.test(name) || name.includes('..')) {
    const [, plain, rest] = /^([A-Za-z0-9._-]+)==(.+)$/.exec(input) ?? [];
    throw invalid(input, NAME_RULE, plain === undefined ? [`Known are ${SUPPORTED}`] : [`${plain}@${rest}`, `pypi:${input}`]);
  }
  if (version === undefined) return { kind: 'index', name };
  if (!INDEX_VERSION.test(version) || version.includes('..')) throw invalid(input, `"${shown(version)}" is not a version`, [`${name}@1.2.3`]);
  return { kind: 'index', name, version };
}

const NAME_RULE = 'a name has letters, digits, ".", "_" and "-", first a letter or digit';

function parseNpm(input: string, rest: string): Reference {
  const at = rest.indexOf('@', 1);
  const [name, range] = at < 0 ? [rest, undefined] : [rest.slice(0, at), rest.slice(at + 1)];
  if (!isNpmName(name)) throw invalid(input, `"${shown(name)}" is not the name of an npm package`, ['npm:@scope/package@1.2.3']);
  if (range === undefined) return { kind: 'npm', package: name };
  if (!isNpmRange(range)) throw invalid(input, `"${shown(range)}" is not a version, a range or a tag of npm`, [`npm:${name}@1.2.3`]);
  return { kind: 'npm', package: name, range };
}

function parsePypi(input: string, rest: string): Reference {
  const end = rest.search(/[@=<>~!^[ ]/);
  const name = end < 0 ? rest : rest.slice(0, end);
  if (!isPypiName(name)) throw invalid(input, `"${shown(name)}" is not the name of a PyPI package`, ['pypi:package@1.2.3']);
  if (end < 0) return { kind: 'pypi', package: name };
  if (rest[end] === '[') throw invalid(input, 'extras are not supported', [`pypi:${name}`]);
  const range = rest[end] === '@' ? rest.slice(end + 1) : rest.slice(end);
  if (!isPypiRange(range)) throw invalid(input, `"${shown(range)}" is not a version or a range of PyPI`, [`pypi:${name}@1.2.3`]);
  return { kind: 'pypi', package: name, range: exactPypiVersion(range) ?? range };
}

/** `git+ADDRESS[@REF][#FOLDER]`, as pip has it too with `#subdirectory=FOLDER`. */
function parseGit(input: string, rest: string): Reference {
  const [, place = '', fragment] = /^([^#]*)(?:#(.*))?$/.exec(rest) ?? [];
  const [, address = '', ref] = /^([a-z]+:\/\/[^/]*\/.*?)(?:@([^@]*))?$/.exec(place) ?? [];
  const path = fragment?.replace(/^subdirectory=/, '').replace(/^\/|\/$/g, '');
  if (!isGitAddress(address)) throw invalid(input, `"${shown(place)}" is not the address of a git repository`, ['git+https://HOST/OWNER/REPOSITORY@TAG#FOLDER']);
  if (ref !== undefined && !isGitRef(ref)) throw invalid(input, `"${shown(ref)}" is not a branch, a tag or a commit`, [`git+${address}@main`]);
  if (path !== undefined && path !== '' && !isInnerPath(path)) throw invalid(input, `"${shown(path)}" is not a folder in a repository`, [`git+${address}#FOLDER`]);
  return { kind: 'git', package: address, ...(path === undefined || path === '' ? {} : { path }), ...(ref === undefined ? {} : { range: ref }) };
}

function parseGo(input: string, rest: string): Reference {
  const at = rest.indexOf('@');
  const [path, typed] = at < 0 ? [rest, undefined] : [rest.slice(0, at), rest.slice(at + 1)];
  if (!isGoPath(path)) throw invalid(input, `"${shown(path)}" is not the path of a Go package`, ['go:example.com/module/cmd/server@v1.2.3']);
  if (typed === undefined) return { kind: 'go', package: path };
  const range = isGoRange(`v${typed}`) ? `v${typed}` : typed;
  if (!isGoRange(range)) throw invalid(input, `"${shown(typed)}" is not a version of Go (v1.2.3), the beginning of one (v1), or latest`, [`go:${path}@v1.2.3`]);
  return { kind: 'go', package: path, range };
}

function parseImage(input: string, rest: string): Reference {
  const { name, version } = splitImage(rest);
  if (!isImageName(name)) throw invalid(input, `"${shown(name)}" is not the name of an image`, ['docker:ghcr.io/owner/image:1.2.3']);
  if (version === undefined) return { kind: 'docker', package: name };
  if (parseImageVersion(version) === undefined) throw invalid(input, `"${shown(version)}" is not a tag, nor a digest with 64 hex digits`, [`docker:${name}:1.2.3`, `docker:${name}@sha256:DIGEST`]);
  return { kind: 'docker', package: name, range: version };
}

function invalid(input: string, why: string, suggestions: readonly string[] = []): CcMcpError {
  return new CcMcpError('INVALID_REFERENCE', `"${shown(input)}" is not a package reference: ${why}`, { suggestions, details: { reference: shown(input) } });
}

function notYet(input: string, what: string): CcMcpError {
  return new CcMcpError('UNSUPPORTED', `"${shown(input)}" names ${what}, which comes with a later version`, {
    suggestions: [`Supported now: ${SUPPORTED}`], details: { reference: shown(input) },
  });
}

function shown(text: string): string {
  return sanitizeLine(text, 80);
}
