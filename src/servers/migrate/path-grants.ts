import { CcMcpError } from '../../domain/errors.ts';
import { parseGrantPath, parseVolume } from '../../domain/grant-path.ts';
import { isBelow, refusedBy, refusedPaths } from '../../domain/refused-paths.ts';
import type { InstallPorts } from '../ports.ts';
import type { NamedPath } from './host-paths.ts';
import type { MigrateRequest } from './migrate-request.ts';

/**
 * Which of the paths that an entry names are granted beside those of flags, for reading. An entry is no grant: what lies outside the
 * project needs an answer of its own, which `--yes` does not give.
 */
export async function pathGrants({ consent, host }: Pick<InstallPorts, 'consent' | 'host'>, request: MigrateRequest, found: readonly NamedPath[]): Promise<readonly string[]> {
  const { name, grants, volumes, workingFolder } = request;
  const granted = [
    ...[...grants.read, ...grants.write].map((text) => parseGrantPath(text, workingFolder, host.homeFolder).target),
    ...volumes.map((text) => parseVolume(text, workingFolder, host.homeFolder).target),
  ];
  const open = found.filter(({ path }) => !granted.some((target) => path === target || isBelow(path, target)));
  const refused = refusedPaths({ host, engine: [] });
  // What cannot be granted at all is not asked for: the plan refuses it, with the reason.
  const asked = open.filter(({ path }) => !isInProject(path, request) && refusedBy(path, refused, host) === undefined);
  if (asked.length > 0 && !request.dryRun) {
    const flags = asked.map(({ path }) => `--allow-read ${quoted(path)}`).join(' ');
    const agreed = await consent.confirm({
      lines: asked.map(({ path, where }) => `${path} (${where} of its entry)`), question: `Let ${name} read this of your machine?`, flag: `${flags}, or --allow-write where it may change it`,
    });
    if (!agreed) throw new CcMcpError('REFUSED', `${name} stays as it was`, { suggestions: [`cc-mcp enable ${name} --mode docker -- ARGUMENTS   with others than those of its entry`] });
  }
  return open.map(({ path }) => path);
}

/** Whether a project's manifest may name it without a further question. */
export function isInProject(path: string, { location: { scope, folder } }: MigrateRequest): boolean {
  return scope === 'project' && (path === folder || isBelow(path, folder));
}

function quoted(path: string): string {
  return /^[\w@%+=:,./~-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
