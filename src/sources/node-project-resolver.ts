import { isNpmName } from '../domain/npm-grammar.ts';
import { parseJson } from '../domain/parse-json.ts';
import type { ToolContainers } from '../domain/tool-container.ts';
import { isRegistrySpec } from './node-manifest.ts';
import type { NodeManifest } from './node-manifest.ts';
import type { NpmConfiguration } from './npm-configuration.ts';
import { projectLockFromNpm } from './npm-lock-from-npm.ts';
import type { ResolvedTree } from './npm-lock-from-npm.ts';
import { runNpm } from './npm-resolver.ts';
import { textAt } from './project-files.ts';
import type { ProjectFile } from './project-files.ts';

export interface NodeProjectRequest {
  readonly manifest: NodeManifest;
  readonly files: readonly ProjectFile[];
  readonly where: string;
  /** What the user overrides, beside what the project does. */
  readonly overrides: Readonly<Record<string, string>>;
  readonly baseImage: string;
  /** Whether what only a build needs is wanted too. */
  readonly development: boolean;
}

/**
 * Has npm resolve what a project wants, in a container that has neither its code nor its configuration. Versions of its own lock are
 * kept where they still fit; that lock's addresses are not, because a stranger chose them.
 */
export async function resolveNodeProject(containers: ToolContainers, configuration: NpmConfiguration, request: NodeProjectRequest, onLine: (line: string) => void, signal?: AbortSignal): Promise<ResolvedTree> {
  const { manifest, where, development } = request;
  const optional = manifest.optionalDependencies;
  const tools = development ? Object.fromEntries(Object.entries(manifest.devDependencies).filter(([name, spec]) => isNpmName(name) && isRegistrySpec(spec))) : {};
  const overrides = { ...manifest.overrides, ...request.overrides };
  const dependencies = Object.fromEntries(Object.entries({ ...tools, ...manifest.dependencies }).filter(([name]) => !(name in optional)).map(([name, spec]) => [name, overrides[name] ?? spec]));
  const hint = lockHint(textAt(request.files, 'package-lock.json'));
  const lock = await runNpm(containers, configuration, {
    what: where, package: where, baseImage: request.baseImage,
    manifest: { private: true, dependencies, optionalDependencies: optional, overrides: overridesBeside(overrides, dependencies) },
    files: hint === undefined ? [] : [{ path: 'package-lock.json', content: new TextEncoder().encode(hint) }],
  }, onLine, signal);
  return projectLockFromNpm(lock, { dependencies: Object.keys(dependencies), optional: Object.keys(optional) }, new Set(Object.keys(overrides)));
}

/** npm refuses an override of what the project itself wants, unless it is that very wish. */
function overridesBeside(overrides: Readonly<Record<string, string>>, direct: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(overrides).map(([name, range]) => [name, name in direct ? `$${name}` : range]));
}

function lockHint(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const lock = parseJson(text);
  if (typeof lock !== 'object' || lock === null || !('packages' in lock) || typeof lock.packages !== 'object' || lock.packages === null) return undefined;
  const entries = Object.entries(lock.packages as Record<string, unknown>).flatMap(([path, entry]): [string, unknown][] => {
    if (path === '' || typeof entry !== 'object' || entry === null || 'link' in entry || !path.startsWith('node_modules/')) return [];
    const { resolved: _, ...rest } = entry as Record<string, unknown>;
    return [[path, rest]];
  });
  return JSON.stringify({ lockfileVersion: 3, requires: true, packages: { '': {}, ...Object.fromEntries(entries) } });
}
