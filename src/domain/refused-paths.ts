import { posix } from 'node:path';
import type { HostFacts } from './host.ts';

/** Folders of every image that a mount must not cover, and system trees that no server is given. */
const SYSTEM_TREES = ['/bin', '/boot', '/dev', '/etc', '/lib', '/lib32', '/lib64', '/libx32', '/opt/cc-mcp', '/proc', '/run', '/sbin', '/sys', '/usr', '/var/run',
  '/var/lib/docker', '/var/lib/containerd', '/var/lib/containers', '/private/etc', '/private/var/run', '/System', '/Library/Keychains'];

/** Below the user's home: keys, credentials, browser profiles, what a shell or a desktop runs at start. */
const HOME_ENTRIES = ['.ssh', '.aws', '.azure', '.config/gh', '.config/gcloud', '.docker', '.kube', '.gnupg', '.npmrc', '.pypirc', '.netrc', '.git-credentials', '.config/git',
  '.gitconfig', '.password-store', '.local/share/keyrings', '.config/op', 'Library/Keychains', '.mozilla', '.config/google-chrome', '.config/chromium', '.config/BraveSoftware',
  '.config/microsoft-edge', '.config/vivaldi', '.config/opera', 'Library/Application Support/Google/Chrome', 'Library/Application Support/Firefox',
  'Library/Application Support/BraveSoftware', 'Library/Safari', '.bashrc', '.bash_profile', '.bash_login', '.bash_logout', '.bash_aliases', '.profile', '.zshrc', '.zshenv',
  '.zprofile', '.zlogin', '.config/fish', '.cshrc', '.tcshrc', '.kshrc', '.inputrc', '.config/autostart', '.config/systemd', 'Library/LaunchAgents', '.local/share/docker',
  '.local/share/containers', '.colima', '.orbstack', '.rd', '.codex', '.cc-mcp'];

/** Names directly in the home that begin like this are Claude's. */
const CLAUDE_PREFIX = '.claude';

export interface RefusedPath {
  readonly path: string;
  readonly why: string;
}

export interface RefusalFacts {
  readonly host: HostFacts;
  /** Sockets and data folders of the engine in use. */
  readonly engine: readonly string[];
}

/** Every path that no grant may equal, lie in or contain. */
export function refusedPaths({ host, engine }: RefusalFacts): readonly RefusedPath[] {
  return [
    ...SYSTEM_TREES.map((path) => ({ path, why: 'a system folder' })),
    ...engine.map((path) => ({ path, why: 'the container engine\'s own' })),
    ...HOME_ENTRIES.map((entry) => ({ path: posix.join(host.homeFolder, entry), why: 'keys, credentials or start-up files' })),
    { path: posix.join(host.homeFolder, CLAUDE_PREFIX), why: 'Claude\'s own' },
    { path: posix.join(host.homeFolder, `${CLAUDE_PREFIX}.json`), why: 'Claude\'s own' },
    { path: host.ccMcpHome, why: 'cc-mcp\'s own' },
  ];
}

/** The refused path that `path` equals, lies in or contains, if there is one. `path` is absolute; on macOS case does not tell paths apart. */
export function refusedBy(path: string, refused: readonly RefusedPath[], host: HostFacts): RefusedPath | undefined {
  const spelling = (text: string): string => (host.platform === 'darwin' ? posix.normalize(text).normalize('NFC').toLowerCase() : posix.normalize(text));
  const wanted = withoutSlash(spelling(path));
  const claude = withoutSlash(spelling(posix.join(host.homeFolder, CLAUDE_PREFIX)));
  if (wanted === '/tmp') return { path: '/tmp', why: 'the container\'s own folder for temporary files' };
  if (wanted.startsWith(claude)) return { path: wanted, why: 'Claude\'s own' };
  return refused.find((entry) => {
    const other = withoutSlash(spelling(entry.path));
    return wanted === other || isBelow(wanted, other) || isBelow(other, wanted);
  });
}

export function isBelow(path: string, folder: string): boolean {
  return folder === '/' ? path !== '/' : path.startsWith(`${folder}/`);
}

function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
