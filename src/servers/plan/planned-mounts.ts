import { posix } from 'node:path';
import { CcMcpError } from '../../domain/errors.ts';
import type { PlannedMount } from '../../domain/effective-plan.ts';
import { parseGrantPath, parseVolume } from '../../domain/grant-path.ts';
import type { HostFacts, HostFiles, PathFacts } from '../../domain/host.ts';
import type { DockerServer, ManifestLocation } from '../../domain/manifest.ts';
import { isProjectGrant, projectGrants } from '../../domain/project-grant.ts';
import type { OpenedProject } from '../../domain/project-grant.ts';
import { isBelow, refusedBy, refusedPaths } from '../../domain/refused-paths.ts';
import type { RefusedPath } from '../../domain/refused-paths.ts';

export interface MountRequest {
  readonly server: DockerServer;
  readonly location: ManifestLocation;
  readonly host: HostFacts;
  readonly files: HostFiles;
  /** Sockets and data folders of the engine. */
  readonly enginePaths: readonly string[];
  /** Real paths outside a project's folder that this user granted by flag. */
  readonly allowedOutside: ReadonlySet<string> | 'any';
  /** What `@project` stands for; undefined: nothing yet. */
  readonly project?: OpenedProject;
}

export interface GrantedPath {
  readonly path: string;
  readonly facts: PathFacts;
  readonly wanted: 'read' | 'write';
  readonly target: string;
  /** `--volume` and the manifest's `volumes`, as against a permission. */
  readonly volume: boolean;
}

export interface PlannedMounts {
  readonly mounts: readonly PlannedMount[];
  readonly granted: readonly GrantedPath[];
}

/** Checks every path on every way in (permissions, volumes) by one rule, and mounts its realpath. */
export async function planMounts(request: MountRequest): Promise<PlannedMounts> {
  const { server, location, host, files } = request;
  const refused = await withRealPaths(refusedPaths({ host, engine: request.enginePaths }), files);
  const wanted = [
    ...server.permissions.read.filter((text) => !isProjectGrant(text)).map((text) => ({ text, ...parseGrantPath(text, location.folder, host.homeFolder), wanted: 'read' as const, volume: false })),
    ...server.permissions.write.filter((text) => !isProjectGrant(text)).map((text) => ({ text, ...parseGrantPath(text, location.folder, host.homeFolder), wanted: 'write' as const, volume: false })),
    ...projectPaths(server, request.project),
    ...Object.entries(server.volumes).map(([from, to]) => {
      const volume = parseVolume(`${from}:${to}`, location.folder, host.homeFolder);
      return { text: from, source: volume.source, target: volume.target, wanted: volume.readOnly ? ('read' as const) : ('write' as const), volume: true };
    }),
  ];
  const granted: GrantedPath[] = [];
  for (const grant of wanted) {
    refuse(grant.source, grant.text, refused, host);
    refuseTarget(grant.target, grant.text, host);
    const facts = await files.inspect(grant.source);
    if (facts === undefined) {
      throw new CcMcpError('FILE_NOT_FOUND', `${grant.source} does not exist, so it cannot be granted`, { suggestions: [`mkdir -p ${grant.source}`] });
    }
    refuse(facts.realPath, grant.text, refused, host);
    // The opened project is agreed to by itself, wherever it is.
    if (facts.realPath !== request.project?.real) keepInside(facts.realPath, request);
    if (granted.some((other) => other.target === grant.target)) {
      throw new CcMcpError('CONFLICT', `Two grants want ${grant.target} inside the container`, { suggestions: ['Say where each goes with PATH:/inside'] });
    }
    granted.push({ path: grant.source, facts, wanted: grant.wanted, target: grant.target, volume: grant.volume });
  }
  for (const { path } of server.statePaths) {
    refuseTarget(path, `The state of ${path}`, host);
    if (granted.some(({ target }) => target === path)) throw new CcMcpError('CONFLICT', `A grant and the server's state both want ${path} inside the container`, { suggestions: ['Say where the grant goes with PATH:/inside'] });
  }
  const binds = granted.map(({ facts, target, wanted: right }): PlannedMount => bind(facts, target, right === 'read'));
  const covers = server.permissions.controlFiles ? [] : await controlFileMounts(granted, location, files);
  return { mounts: [...binds, ...covers], granted };
}

function projectPaths({ permissions }: DockerServer, project: OpenedProject | undefined): readonly { text: string; source: string; target: string; wanted: 'read' | 'write'; volume: boolean }[] {
  if (project === undefined) return [];
  return projectGrants(permissions).map(({ right, at }) => ({ text: `${project.folder} (@project)`, source: project.folder, target: at ?? project.folder, wanted: right, volume: false }));
}

function bind(facts: PathFacts, target: string, readOnly: boolean): PlannedMount {
  return { mount: { kind: 'bind', source: facts.realPath, target, readOnly }, device: facts.device, inode: facts.inode };
}

/** `~/.ssh` may itself be a symlink: what it points to is refused as well. */
async function withRealPaths(refused: readonly RefusedPath[], files: HostFiles): Promise<readonly RefusedPath[]> {
  const real = await Promise.all(refused.map(async (entry) => ({ ...entry, path: (await files.inspect(entry.path))?.realPath ?? entry.path })));
  return [...refused, ...real.filter((entry, index) => entry.path !== refused[index]?.path)];
}

function refuse(path: string, text: string, refused: readonly RefusedPath[], host: HostFacts): void {
  const hit = refusedBy(path, refused, host);
  if (hit === undefined) return;
  const how = path === hit.path ? 'is' : isBelow(path, hit.path) ? 'lies in' : 'contains';
  throw new CcMcpError('REFUSED', `${text} cannot be granted: it ${how} ${hit.path} (${hit.why})`, { suggestions: ['Grant a narrower folder, e.g. ./notes'] });
}

const IMAGE_TREES = ['/bin', '/boot', '/dev', '/etc', '/lib', '/lib32', '/lib64', '/libx32', '/opt/cc-mcp', '/proc', '/run', '/sbin', '/sys', '/usr', '/var/run'];

function refuseTarget(target: string, text: string, host: HostFacts): void {
  const hit = refusedBy(target, IMAGE_TREES.map((path) => ({ path, why: 'one of the image\'s own folders' })), { ...host, homeFolder: '/nonexistent' });
  if (hit !== undefined) throw new CcMcpError('REFUSED', `${text} cannot be mounted at ${target}: that would cover ${hit.path} (${hit.why})`);
}

/** A project's manifest is somebody's request: it reaches nothing outside its folder unless the user granted it by flag. */
function keepInside(realPath: string, { location, allowedOutside }: MountRequest): void {
  if (location.scope === 'global' || realPath === location.folder || isBelow(realPath, location.folder) || allowedOutside === 'any' || allowedOutside.has(realPath)) return;
  throw new CcMcpError('REFUSED', `${realPath} lies outside the project ${location.folder}; its manifest may not ask for it`, {
    suggestions: ['Grant it yourself: cc-mcp install … --allow-read=PATH or --allow-write=PATH'],
  });
}

/** What makes the user's own tools run code, mounted read-only over a write grant where it exists. */
const CONTROL_FILES = ['.git/hooks', '.git/config', '.mcp.json', '.claude', '.vscode', '.envrc', 'mcp.json', 'mcp.lock.json', 'mcp.lock.d'];

async function controlFileMounts(granted: readonly GrantedPath[], location: ManifestLocation, files: HostFiles): Promise<PlannedMount[]> {
  const mounts: PlannedMount[] = [];
  for (const grant of granted.filter(({ wanted, facts }) => wanted === 'write' && facts.isDirectory)) {
    const root = grant.facts.realPath;
    const own = [location.path, posix.join(location.folder, 'mcp.lock.json'), posix.join(location.folder, 'mcp.lock.d')]
      .filter((path) => isBelow(path, root)).map((path) => posix.relative(root, path));
    // `.git` becomes a mount point of its own, or it could be renamed and made anew with other hooks.
    const git = await files.inspect(posix.join(root, '.git'));
    if (git !== undefined) mounts.push(bind(git, posix.join(grant.target, '.git'), !git.isDirectory));
    for (const name of new Set([...CONTROL_FILES, ...own])) {
      const facts = await files.inspect(posix.join(root, name));
      if (facts === undefined || (name.startsWith('.git/') && git?.isDirectory !== true)) continue;
      mounts.push(bind(facts, posix.join(grant.target, name), true));
    }
  }
  return mounts;
}
