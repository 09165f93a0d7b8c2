import type { BuildInput, BuildInputRequest } from '../domain/source.ts';
import type { PypiConfiguration } from './pypi-configuration.ts';
import { indexArgument } from './pypi-settings.ts';
import { readTemplate } from './template.ts';
import type { Template } from './template.ts';

export interface PypiBuildOptions {
  readonly template: Template;
  readonly packageRoot: string;
  readonly configuration: PypiConfiguration;
  readonly extraCa: Uint8Array | undefined;
}

/** What `templates/dockerfiles/python` takes. */
export function pypiBuildInput({ lock, executable, allowScripts }: BuildInputRequest, { template, packageRoot, configuration, extraCa }: PypiBuildOptions): BuildInput {
  return {
    template: template.name,
    templateVersion: template.version,
    files: [
      { path: 'Dockerfile', content: readTemplate(packageRoot, template) },
      { path: 'context/ca.crt', content: extraCa ?? new Uint8Array() },
      { path: 'context/lock/requirements.txt', content: new TextEncoder().encode(lock.content) },
    ],
    buildArguments: { ...indexArgument(configuration), CC_MCP_BUILD: allowScripts ? '' : '--no-build', CC_MCP_EXECUTABLE: `../venv/bin/${executable.name}` },
    entrypoint: [`/opt/cc-mcp/venv/bin/${executable.name}`],
  };
}
