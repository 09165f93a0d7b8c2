import type { BuildInput, BuildInputRequest } from '../domain/source.ts';
import type { GoConfiguration } from './go-configuration.ts';
import type { GoLock } from './go-lock.ts';
import { readTemplate } from './template.ts';
import type { Template } from './template.ts';

export interface GoBuildOptions {
  readonly template: Template;
  readonly packageRoot: string;
  readonly configuration: GoConfiguration;
  readonly extraCa: Uint8Array | undefined;
  readonly locked: GoLock;
}

/** What `templates/dockerfiles/go` takes. */
export function goBuildInput({ lock, executable }: BuildInputRequest, { template, packageRoot, configuration, extraCa, locked }: GoBuildOptions): BuildInput {
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  return {
    template: template.name,
    templateVersion: template.version,
    files: [
      { path: 'Dockerfile', content: readTemplate(packageRoot, template) },
      { path: 'context/ca.crt', content: extraCa ?? new Uint8Array() },
      { path: 'context/lock/go.sum', content: encode(lock.content) },
      { path: 'context/build/modules.txt', content: encode(locked.modules.map(({ path, version }) => `${path}@${version}\n`).join('')) },
    ],
    classic: true,
    buildArguments: { ...configuration, CC_MCP_PACKAGE: executable.target },
    entrypoint: ['/opt/cc-mcp/bin/server'],
  };
}
