import { CcMcpError } from './errors.ts';

/** `@project` among a server's grants: the folder that the client opened, whichever that is. */
export interface ProjectGrant {
  readonly right: 'read' | 'write';
  /** Where it is mounted; null: at its own path. */
  readonly at: string | null;
}

/** The folder that `@project` stands for in one session. */
export interface OpenedProject {
  /** As the client says it, which is its path inside. */
  readonly folder: string;
  /** With every symlink resolved: what is approved. */
  readonly real: string;
}

/** `@project` or `@project:/inside`. A folder of that name is `./@project`. */
export function isProjectGrant(text: string): boolean {
  return text === '@project' || text.startsWith('@project:');
}

export function projectGrants({ read, write }: { readonly read: readonly string[]; readonly write: readonly string[] }): readonly ProjectGrant[] {
  const of = (list: readonly string[], right: ProjectGrant['right']): ProjectGrant[] => list.filter(isProjectGrant).map((text) => ({ right, at: placeInside(text) }));
  return [...of(read, 'read'), ...of(write, 'write')];
}

/** The most that any of them gives. */
export function projectRight(grants: readonly ProjectGrant[]): ProjectGrant['right'] {
  return grants.some(({ right }) => right === 'write') ? 'write' : 'read';
}

export function describeProjectGrants(grants: readonly ProjectGrant[] | undefined): string {
  return grants === undefined || grants.length === 0 ? 'none' : grants.map(({ right, at }) => `${right}${at === null ? '' : ` at ${at}`}`).join(', ');
}

function placeInside(text: string): string | null {
  if (text === '@project') return null;
  const at = text.slice('@project:'.length);
  if (!at.startsWith('/')) throw new CcMcpError('INVALID_VALUE', `"${text}": what stands after ":" is the path inside the container and begins with "/"`);
  return at;
}
