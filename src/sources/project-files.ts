import { CcMcpError } from '../domain/errors.ts';
import { sha256 } from '../domain/fingerprint.ts';
import { sanitizeLine } from '../domain/sanitize.ts';

/** One file of a folder or a repository. Paths are relative, with "/". */
export interface ProjectFile {
  readonly path: string;
  readonly content: Uint8Array;
  readonly executable: boolean;
}

/** What a build can carry: a folder that is larger holds data, not a server. */
const MOST_FILES = 20_000;
const MOST_BYTES = 256 * 1024 ** 2;

/**
 * What never goes into a build context, whatever the folder's own ignore files say: credentials, keys, version control, and what
 * package managers make again.
 */
const LEFT_OUT = [
  /^\.env(?:\..*)?$/i, /^\.npmrc$/, /^\.yarnrc(?:\.yml)?$/, /^\.pypirc$/, /^\.netrc$/, /^_netrc$/, /^\.git-credentials$/, /^\.dockerconfigjson$/, /^\.?credentials(?:\.json)?$/,
  /^service-account.*\.json$/, /^(?:id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?)$/, /\.(?:pem|key|p12|pfx|jks|keystore|kdbx|ppk)$/i, /\.tfstate(?:\.backup)?$/,
  /^\.(?:git|hg|svn|ssh|aws|azure|gnupg|kube|docker|terraform|direnv|envrc|venv|tox|nox|mypy_cache|pytest_cache|ruff_cache|idea|DS_Store)$/, /^node_modules$/, /^__pycache__$/,
  /^venv$/, /\.pyc$/,
];
/** Examples say which variables there are, and no value. */
const KEPT = /^\.env\.(?:example|sample|template|dist)$/i;

/** Of a path of a folder: whether any of its parts is of those that stay where they are. */
export function isLeftOut(path: string): boolean {
  return path.split('/').some((part) => !KEPT.test(part) && LEFT_OUT.some((pattern) => pattern.test(part)));
}

/** SHA-256 (hex) over paths, modes and contents; the order in which files were found does not matter. */
export function treeHash(files: readonly ProjectFile[]): string {
  const lines = files.map(({ path, content, executable }) => `${executable ? 'x' : '-'} ${sha256(content)} ${path}\n`);
  return sha256(lines.sort().join(''));
}

/** The text of a file of the folder, undefined when it is not there. */
export function textAt(files: readonly ProjectFile[], path: string): string | undefined {
  const found = files.find((file) => file.path === path);
  return found === undefined ? undefined : new TextDecoder().decode(found.content);
}

/** Refuses a folder that is too large, while it is read. */
export function checkSize(where: string, files: number, bytes: number): void {
  if (files <= MOST_FILES && bytes <= MOST_BYTES) return;
  throw new CcMcpError('REFUSED', `${sanitizeLine(where, 200)} has more than ${files > MOST_FILES ? `${MOST_FILES} files` : `${MOST_BYTES / 1024 ** 2} MiB`}, which is no server's folder`, {
    suggestions: ['Leave out what is not the server in its .dockerignore', 'or name the subfolder that has it'],
  });
}
