import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { CcMcpError } from '../domain/errors.ts';
import { isCommit } from '../domain/git-grammar.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import { runGit } from './git-program.ts';
import type { GitResult } from './git-program.ts';
import { checkSize, isLeftOut } from './project-files.ts';
import type { ProjectFile } from './project-files.ts';

export interface GitPlace {
  readonly address: string;
  /** A branch, a tag or a commit; undefined: the default branch. */
  readonly ref: string | undefined;
  /** The folder in it; undefined: its top. */
  readonly path: string | undefined;
  /** Whether the user's credential helpers and keys may be used for it. */
  readonly credentials: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface GitFiles {
  readonly commit: string;
  readonly files: readonly ProjectFile[];
}

/** Milliseconds for a question and for a download. */
const LIMITS = { ask: 30_000, fetch: 300_000 };
const MOST_LINK = 4096;

/**
 * The files of one commit, read as git keeps them: nothing is checked out, so neither filters nor attributes nor links of the
 * repository act on this machine. Only that commit is fetched, without its history.
 */
export async function readRepository(place: GitPlace, signal?: AbortSignal, limits = LIMITS): Promise<GitFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'cc-mcp-git-'));
  try {
    const git = async (given: readonly string[], timeLimit = limits.ask, input?: string): Promise<GitResult> =>
      runGit({ arguments: given, folder, environment: place.environment, credentials: place.credentials, timeLimit, ...(input === undefined ? {} : { input }) }, signal);
    await expectDone(git(['init', '--quiet', '--bare', '--template=', '.']), place);
    const commit = place.ref !== undefined && isCommit(place.ref) ? place.ref : await commitOf(place, git);
    const fetched = await git(['fetch', '--quiet', '--depth=1', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--end-of-options', place.address, commit], limits.fetch);
    if (fetched.exitCode !== 0) throw failed(place, fetched, commit);
    return { commit, files: await filesOf(place, commit, git) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Git = (given: readonly string[], timeLimit?: number, input?: string) => Promise<GitResult>;

/** As the remote has it now: a tag, else a branch; without a name its default branch. */
async function commitOf(place: GitPlace, git: Git): Promise<string> {
  const { ref } = place;
  const patterns = ref === undefined ? ['HEAD'] : [`refs/tags/${ref}^{}`, `refs/tags/${ref}`, `refs/heads/${ref}`];
  const answer = await git(['ls-remote', '--quiet', '--end-of-options', place.address, ...patterns]);
  if (answer.exitCode !== 0) throw failed(place, answer, undefined);
  const found = new Map(answer.output.toString('utf8').split('\n').flatMap((line): [string, string][] => {
    const [commit = '', name = ''] = line.split('\t');
    return isCommit(commit) ? [[name, commit]] : [];
  }));
  const commit = patterns.map((pattern) => found.get(pattern)).find((each) => each !== undefined);
  if (commit !== undefined) return commit;
  throw new CcMcpError('VERSION_NOT_FOUND', ref === undefined ? `${place.address} has no commit` : `${place.address} has no branch or tag ${ref}`, {
    suggestions: ref !== undefined && /^[0-9a-f]{7,39}$/.test(ref) ? ['Name a commit by all of its 40 digits'] : [`git ls-remote ${place.address}   shows what it has`], details: { repository: place.address },
  });
}

interface TreeEntry {
  readonly mode: string;
  readonly object: string;
  readonly path: string;
}

async function filesOf(place: GitPlace, commit: string, git: Git): Promise<readonly ProjectFile[]> {
  const listed = await expectDone(git(['ls-tree', '-r', '-z', '--full-tree', commit, ...(place.path === undefined ? [] : [`${place.path}/`])]), place);
  const entries = listed.output.toString('utf8').split('\0').flatMap((line): TreeEntry[] => {
    const [, mode = '', object = '', path = ''] = /^(\d{6}) \w+ ([0-9a-f]{40})\t([\s\S]+)$/.exec(line) ?? [];
    return path === '' ? [] : [{ mode, object, path: place.path === undefined ? path : path.slice(place.path.length + 1) }];
  });
  if (entries.length === 0) {
    throw new CcMcpError('PACKAGE_NOT_FOUND', `${place.address} has ${place.path === undefined ? 'no files' : `no folder ${place.path}`} at ${commit.slice(0, 12)}`, { suggestions: [`Look which folders it has, then git+${place.address}#FOLDER`] });
  }
  const wanted = entries.filter(({ mode, path }) => mode !== '160000' && !isLeftOut(path));
  checkSize(place.address, wanted.length, 0);
  const contents = await blobs(wanted.map(({ object }) => object), place, git);
  const byPath = new Map(wanted.map((entry) => [entry.path, entry]));
  return wanted.flatMap(({ mode, object, path }): ProjectFile[] => {
    const content = contents.get(object) ?? new Uint8Array();
    if (mode !== '120000') return [{ path, content, executable: mode === '100755' }];
    // A link to a file inside is that file; one to a folder inside is left out, as its files are there themselves.
    const target = targetOf(path, content, place);
    const found = byPath.get(target);
    return found === undefined || found.mode === '120000' ? [] : [{ path, content: contents.get(found.object) ?? new Uint8Array(), executable: found.mode === '100755' }];
  });
}

function targetOf(path: string, content: Uint8Array, place: GitPlace): string {
  const text = content.length > MOST_LINK ? '/' : new TextDecoder().decode(content);
  const target = posix.normalize(posix.join(posix.dirname(path), text));
  if (!text.startsWith('/') && target !== '..' && !target.startsWith('../')) return target;
  throw new CcMcpError('REFUSED', `${sanitizeLine(path, 200)} in ${place.address} is a symbolic link that leads out of it`, { suggestions: ['Name a subfolder that has none, or ask its authors'], details: { path: sanitizeLine(path, 200) } });
}

/** As the repository has them, byte for byte: `cat-file` applies no filter. */
async function blobs(objects: readonly string[], place: GitPlace, git: Git): Promise<ReadonlyMap<string, Uint8Array>> {
  const unique = [...new Set(objects)];
  if (unique.length === 0) return new Map();
  const sizes = await expectDone(git(['cat-file', '--batch-check'], LIMITS.fetch, `${unique.join('\n')}\n`), place);
  const total = sizes.output.toString('utf8').split('\n').reduce((sum, line) => sum + Number(/ blob (\d+)$/.exec(line)?.[1] ?? 0), 0);
  checkSize(place.address, 0, total);
  const { output } = await expectDone(git(['cat-file', '--batch'], LIMITS.fetch, `${unique.join('\n')}\n`), place);
  const found = new Map<string, Uint8Array>();
  for (let at = 0; at < output.length;) {
    const end = output.indexOf(0x0a, at);
    const [, object = '', size = ''] = /^([0-9a-f]{40}) blob (\d+)$/.exec(output.subarray(at, end).toString('utf8')) ?? [];
    if (object === '') throw new CcMcpError('SOURCE_UNREACHABLE', `git does not have all of ${place.address}`, { suggestions: ['Try again'] });
    found.set(object, output.subarray(end + 1, end + 1 + Number(size)));
    at = end + 1 + Number(size) + 1;
  }
  return found;
}

async function expectDone(run: Promise<GitResult>, place: GitPlace): Promise<GitResult> {
  const result = await run;
  if (result.exitCode === 0) return result;
  throw failed(place, result, undefined);
}

function failed({ address }: GitPlace, { errors }: GitResult, commit: string | undefined): CcMcpError {
  const said = errors.findLast((line) => /^(?:fatal|error|remote):/.test(line)) ?? errors.at(-1) ?? 'no reason given';
  const text = errors.join('\n');
  const details = { repository: address, log: errors.slice(-40) };
  if (commit !== undefined && /not our ref|unadvertised object|couldn't find remote ref|not a valid object|no such remote ref/i.test(text)) {
    return new CcMcpError('VERSION_NOT_FOUND', `${address} does not have the commit ${commit} any more, or not yet`, { suggestions: ['Install it anew from a branch or a tag'], details });
  }
  if (/Authentication failed|could not read Username|Permission denied|403|401/i.test(text)) {
    return new CcMcpError('SOURCE_UNREACHABLE', `${address} wants credentials that git does not have here: ${said}`, { suggestions: ['Give git a credential helper, or an ssh key that needs no password, then try again'], details });
  }
  if (/does not appear to be a git repository|[Rr]epository .*not found|not a git repository/i.test(text)) {
    return new CcMcpError('PACKAGE_NOT_FOUND', `${address} is not a git repository that can be read: ${said}`, { suggestions: ['Check the address'], details });
  }
  return new CcMcpError('SOURCE_UNREACHABLE', `git could not read ${address}: ${said}`, { suggestions: ['Check the network and the address, then try again'], details });
}
