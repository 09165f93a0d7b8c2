import type { BuildInput } from '../domain/source.ts';
import type { ToolContainers } from '../domain/tool-container.ts';
import type { ArchiveFile } from '../domain/container-engine.ts';
import type { NpmConfiguration } from './npm-configuration.ts';
import { arePrivate } from './npm-credentials.ts';
import { fromArchives, npmFetch } from './npm-fetch.ts';
import { npmrcFor } from './npm-settings.ts';
import type { CanonicalNpmLock } from './schema.ts';
import { readTemplate } from './template.ts';
import type { Template } from './template.ts';

export interface NpmBuildOptions {
  readonly template: Template;
  readonly packageRoot: string;
  readonly configuration: NpmConfiguration;
  readonly containers: ToolContainers;
  readonly extraCa: Uint8Array | undefined;
  /** Path in the tree → address, where this process resolved it. */
  readonly addresses: Readonly<Record<string, string>>;
}

export interface NpmTree {
  /** For messages. */
  readonly what: string;
  readonly lock: CanonicalNpmLock;
  /** `package.json`. */
  readonly manifest: Readonly<Record<string, unknown>>;
}

/**
 * The Dockerfile and what it installs from: the registry, or, where one of the packages is in a registry that wants credentials,
 * archives that were fetched before. Either gives the same image.
 */
export function npmContext({ what, lock, manifest }: NpmTree, { template, packageRoot, configuration, containers, addresses }: NpmBuildOptions): Pick<BuildInput, 'files' | 'fetch'> {
  const { packages } = lock;
  const withAddresses = Object.fromEntries(Object.entries(packages).map(([path, entry]) => [path, { ...entry, ...(addresses[path] === undefined ? {} : { resolved: addresses[path] }) }]));
  const tree = (folder: string, entries: Readonly<Record<string, unknown>>): readonly ArchiveFile[] => [
    { path: `${folder}package.json`, content: json(manifest) }, { path: `${folder}package-lock.json`, content: json({ lockfileVersion: 3, requires: true, packages: entries }) },
  ];
  const names = Object.entries(packages).flatMap(([path, { name }]) => (path === '' ? [] : [name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)]));
  if (!arePrivate(names, configuration)) {
    return {
      files: [{ path: 'Dockerfile', content: readTemplate(packageRoot, template) }, ...tree('context/', withAddresses), { path: 'context/npmrc', content: new TextEncoder().encode(npmrcFor(configuration)) }],
    };
  }
  return {
    files: [{ path: 'Dockerfile', content: readTemplate(packageRoot, template, 'fetched') }, ...tree('context/', fromArchives(packages))],
    fetch: npmFetch({ containers, configuration, package: what, files: tree('', withAddresses), packages }),
  };
}

function json(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value)}\n`);
}
