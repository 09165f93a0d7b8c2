import type { BuildInput, BuildInputRequest } from '../domain/source.ts';
import type { GoBuildOptions } from './go-build.ts';
import type { GoModule } from './go-lock.ts';
import type { ProjectFile } from './project-files.ts';
import { readTemplate } from './template.ts';

export interface GoProjectBuild extends Omit<GoBuildOptions, 'locked'> {
  readonly modules: readonly GoModule[];
  readonly files: readonly ProjectFile[];
  readonly vendored: boolean;
}

/** What `templates/dockerfiles/go-project` takes. */
export function goProjectBuild({ lock, executable }: BuildInputRequest, { template, packageRoot, configuration, extraCa, modules, files, vendored }: GoProjectBuild): BuildInput {
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  return {
    template: template.name,
    templateVersion: template.version,
    files: [
      { path: 'Dockerfile', content: readTemplate(packageRoot, template) },
      { path: 'context/ca.crt', content: extraCa ?? new Uint8Array() },
      { path: 'context/lock/go.sum', content: encode(lock.content) },
      { path: 'context/build/modules.txt', content: encode(modules.map(({ path, version }) => `${path}@${version}\n`).join('')) },
      ...files.filter(({ path }) => path === 'go.mod').map(({ content }) => ({ path: 'context/build/go.mod', content })),
      ...files.map(({ path, content }) => ({ path: `app/${path}`, content })),
    ],
    classic: true,
    buildArguments: { ...configuration, CC_MCP_PACKAGE: executable.target, ...(vendored ? { CC_MCP_MODULES: 'vendor' } : {}) },
    entrypoint: ['/opt/cc-mcp/bin/server'],
  };
}
