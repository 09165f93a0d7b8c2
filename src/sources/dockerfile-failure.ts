import type { OwnDockerfile } from '../domain/package.ts';
import { sanitizeLine } from '../domain/sanitize.ts';

const NO_NETWORK = /EAI_AGAIN|ENOTFOUND|ENETUNREACH|[Tt]emporary failure (?:resolving|in name resolution)|Could not resolve host|Network (?:is )?unreachable|dns error|no such host|bad address|dial tcp|[Ff]ailed to fetch|unable to resolve host/;
const FAILED = /The command '(.{1,2000})' returned a non-zero code: (\d+)/;
const MISSING = /(?:COPY|ADD) failed: (?:file not found in build context[^:]*: )?(?:stat )?([^\s:]+): (?:no such file or directory|file does not exist)/;

/** What the output of a build by a Dockerfile of its own says of why it failed; undefined: nothing that we know. */
export function explainDockerfileFailure(log: readonly string[], { path, network }: OwnDockerfile): string | undefined {
  const text = log.map((line) => sanitizeLine(line, 1000)).join('\n');
  if (!network && NO_NETWORK.test(text)) return `A step of ${path} wants the network, which the build does not have: --build-network grants it`;
  const missing = MISSING.exec(text)?.[1];
  if (missing !== undefined) return `${path} copies ${missing}, which is not among what goes into a build: credentials, keys and what package managers make again are left out`;
  const [, command, code] = FAILED.exec(text) ?? [];
  return command === undefined ? undefined : `A step of ${path} failed with exit code ${code ?? ''}: ${command.slice(0, 200)}`;
}
