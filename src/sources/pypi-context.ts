import type { BuildInput } from '../domain/source.ts';
import type { ToolContainers } from '../domain/tool-container.ts';
import type { PypiConfiguration } from './pypi-configuration.ts';
import { pypiFetch } from './pypi-fetch.ts';
import { indexArgument, isPrivate } from './pypi-settings.ts';
import { readTemplate } from './template.ts';
import type { Template } from './template.ts';

export interface PypiBuildOptions {
  readonly template: Template;
  readonly packageRoot: string;
  readonly configuration: PypiConfiguration;
  readonly containers: ToolContainers;
  readonly extraCa: Uint8Array | undefined;
}

export interface PypiTree {
  /** For messages. */
  readonly what: string;
  readonly lock: string;
  readonly allowScripts: boolean;
}

/**
 * The Dockerfile and what it installs from: the index, or wheels that were there before. The build knows one index and no credentials,
 * and nothing of a package runs in it. Either gives the same image.
 */
export function pypiContext({ what, lock, allowScripts }: PypiTree, { template, packageRoot, configuration, containers, extraCa }: PypiBuildOptions): Pick<BuildInput, 'files' | 'fetch' | 'buildArguments'> {
  const fetched = allowScripts || isPrivate(configuration) || configuration.extra.length > 0;
  return {
    files: [
      { path: 'Dockerfile', content: readTemplate(packageRoot, template, fetched ? 'fetched' : 'registry') },
      { path: 'context/ca.crt', content: extraCa ?? new Uint8Array() },
      { path: 'context/lock/requirements.txt', content: new TextEncoder().encode(lock) },
    ],
    buildArguments: fetched ? {} : { ...indexArgument(configuration), CC_MCP_BUILD: '--no-build' },
    ...(fetched ? { fetch: pypiFetch({ containers, configuration, package: what, lock, allowScripts }) } : {}),
  };
}
