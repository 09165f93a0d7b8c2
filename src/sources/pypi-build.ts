import type { BuildInput, BuildInputRequest } from '../domain/source.ts';
import { pypiContext } from './pypi-context.ts';
import type { PypiBuildOptions } from './pypi-context.ts';

/** What `templates/dockerfiles/python` takes. */
export function pypiBuildInput({ resolved, lock, executable, allowScripts }: BuildInputRequest, options: PypiBuildOptions): BuildInput {
  const context = pypiContext({ what: resolved.package, lock: lock.content, allowScripts }, options);
  return {
    ...context,
    template: options.template.name,
    templateVersion: options.template.version,
    buildArguments: { ...context.buildArguments, CC_MCP_EXECUTABLE: `../venv/bin/${executable.name}` },
    entrypoint: [`/opt/cc-mcp/venv/bin/${executable.name}`],
  };
}
