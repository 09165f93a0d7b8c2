import type { BuildInput, BuildInputRequest } from '../domain/source.ts';
import type { NpmBuildOptions } from './npm-context.ts';
import { npmProxies, npmrcFor } from './npm-settings.ts';
import type { ProjectFile } from './project-files.ts';
import { readTemplate } from './template.ts';

export interface DenoProjectBuild extends Omit<NpmBuildOptions, 'addresses' | 'containers'> {
  readonly files: readonly ProjectFile[];
}

const HOME = '/opt/cc-mcp';
/** What Deno reads of a folder before its modules. */
const CONFIGURATION = new Set(['deno.json', 'deno.jsonc', 'package.json', 'import_map.json']);

/** What `templates/dockerfiles/deno-project` takes. */
export function denoProjectBuild({ lock, executable }: BuildInputRequest, { template, packageRoot, configuration, extraCa, files }: DenoProjectBuild): BuildInput {
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  return {
    template: template.name,
    templateVersion: template.version,
    files: [
      { path: 'Dockerfile', content: readTemplate(packageRoot, template) },
      { path: 'context/ca.crt', content: extraCa ?? new Uint8Array() },
      { path: 'context/lock/deno.lock', content: encode(lock.content) },
      { path: 'context/app/.npmrc', content: encode(npmrcFor(configuration)) },
      ...files.filter(({ path }) => CONFIGURATION.has(path)).map(({ path, content }) => ({ path: `context/app/${path}`, content })),
      ...files.filter(({ path }) => path !== 'deno.lock').map(({ path, content, executable: runs }) => ({ path: `app/${path}`, content, mode: runs ? 0o755 : 0o644 })),
    ],
    buildArguments: { ...npmProxies(configuration), CC_MCP_EXECUTABLE: executable.target },
    entrypoint: [`${HOME}/bin/deno`, 'run', '--cached-only', '--no-prompt', '--allow-all', `--lock=${HOME}/lock/deno.lock`, '--frozen', '--node-modules-dir=none', `${HOME}/app/${executable.target}`],
  };
}
