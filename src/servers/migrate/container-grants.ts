import { posix } from 'node:path';
import { CcMcpError } from '../../domain/errors.ts';
import { parseVolume } from '../../domain/grant-path.ts';
import { refusedBy, refusedPaths } from '../../domain/refused-paths.ts';
import type { InstallPorts } from '../ports.ts';
import type { MigrateRequest } from './migrate-request.ts';
import type { ContainerLaunch } from './package-launch.ts';
import { isInProject } from './path-grants.ts';

/** Variables of a container: what `docker run` sets, and what it passes on of the entry's own and of its client's. */
export function containerVariables({ progress, environment }: Pick<InstallPorts, 'progress' | 'environment'>, { set, passed }: ContainerLaunch, entry: Readonly<Record<string, string>>, given: ReadonlySet<string>): Readonly<Record<string, string>> {
  const found = passed.filter((name) => !(name in set)).flatMap((name) => {
    const text = entry[name] ?? (environment[name] === undefined ? undefined : `\${${name}}`);
    if (text === undefined && !given.has(name)) progress.report({ type: 'warning', text: `${name} is passed on, and is set nowhere: --env ${name}=VALUE sets it` });
    return text === undefined ? [] : [[name, text] as const];
  });
  return { ...Object.fromEntries(found), ...set };
}

/**
 * The folders that a `docker run` mounts, as volumes, beside those of flags. An entry is no grant: what lies outside the project needs
 * an answer of its own, and so does a network; data in a volume of the engine cannot be taken along.
 */
export async function containerVolumes({ consent, host }: Pick<InstallPorts, 'consent' | 'host'>, request: MigrateRequest, container: ContainerLaunch, base: string | undefined): Promise<readonly string[]> {
  const { name, workingFolder } = request;
  const again = `cc-mcp enable ${name} --mode docker`;
  const targets = new Set(request.volumes.map((text) => parseVolume(text, workingFolder, host.homeFolder).target));
  const open = (target: string): boolean => !targets.has(posix.normalize(target));
  if (container.network !== undefined && request.network === undefined) {
    throw new CcMcpError('CONSENT_NEEDED', `${name} is on the network ${container.network} of the engine`, { suggestions: [`${again} --network ${container.network}`] });
  }
  const kept = container.volumes.find(({ name: volume, target }) => volume !== '' && open(target));
  if (kept !== undefined) {
    throw new CcMcpError('UNSUPPORTED', `${name} keeps what is at ${kept.target} in the engine's volume ${kept.name}, which stays where it is`, { suggestions: [`${again} --volume FOLDER:${kept.target}   keeps it in a folder of yours from now on`] });
  }
  const mounts = container.mounts.filter(({ target }) => open(target)).map((mount) => ({ ...mount, source: absolute(mount.source, base, host.homeFolder, name, again) }));
  const texts = mounts.map(({ source, target, readOnly }) => `${source}:${target}${readOnly ? ':ro' : ''}`);
  // What cannot be given at all is not asked for: the plan refuses it, with the reason.
  const refused = refusedPaths({ host, engine: [] });
  const asked = texts.filter((_, index) => !isInProject(mounts[index]?.source ?? '', request) && refusedBy(mounts[index]?.source ?? '', refused, host) === undefined);
  if (asked.length > 0 && !request.dryRun) {
    const agreed = await consent.confirm({ lines: asked.map((text) => `${text} (a volume of its entry)`), question: `Let ${name} have this of your machine?`, flag: asked.map((text) => `--volume ${text}`).join(' ') });
    if (!agreed) throw new CcMcpError('REFUSED', `${name} stays as it was`);
  }
  return texts;
}

function absolute(path: string, base: string | undefined, homeFolder: string, name: string, again: string): string {
  if (path === '~' || path.startsWith('~/')) return posix.join(homeFolder, path.slice(1));
  if (path.startsWith('/')) return posix.normalize(path);
  if (base !== undefined && path.startsWith('.')) return posix.join(base, path);
  throw new CcMcpError('UNSUPPORTED', `${name} mounts ${path}, which only its client fills in`, { suggestions: [`${again} --volume FOLDER:INSIDE   with what it stands for`] });
}

