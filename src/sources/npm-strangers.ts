import type { ImageId } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import { parseJson } from '../domain/parse-json.ts';
import type { ToolContainers } from '../domain/tool-container.ts';
import type { CanonicalNpmLock } from './schema.ts';
import { parseNpmQuery } from './schema.ts';

const SECONDS = 120;

/** Has npm look which installed packages no other's own package.json asks for: a lock may claim what its packages do not say. */
export async function npmStrangers(containers: ToolContainers, image: ImageId, { packages }: CanonicalNpmLock, signal?: AbortSignal): Promise<readonly string[]> {
  const { exitCode, files } = await containers.run({
    image, command: ['sh', '-c', 'cd /opt/cc-mcp && npm query ":extraneous" --loglevel=error --no-update-notifier >/work/extraneous.json'], files: [], outputs: ['extraneous.json'], environment: {}, network: 'none', timeLimit: SECONDS,
  }, () => {}, signal);
  const answer = files.get('extraneous.json');
  if (exitCode !== 0 || answer === undefined) throw new CcMcpError('BUILD_FAILED', 'npm could not read what was installed in the image');
  const found = parseNpmQuery(parseJson(new TextDecoder().decode(answer)));
  // What comes inside another's archive is that one's own affair.
  return found.flatMap(({ location, name }) => (Object.hasOwn(packages, location) && packages[location]?.inBundle !== true ? [name] : [])).sort();
}
