import type { ToolContainers } from '../domain/tool-container.ts';
import type { GoConfiguration } from './go-configuration.ts';
import { goFailure } from './go-resolver.ts';
import { goEnvironment, goNetwork } from './go-settings.ts';
import type { ProjectFile } from './project-files.ts';

export interface GoProjectRequest {
  readonly files: readonly ProjectFile[];
  readonly where: string;
  /** Its programs, as the go command takes them. */
  readonly packages: readonly string[];
  readonly baseImage: string;
}

const SECONDS = 900;

/**
 * First with the project's own go.sum, which what is fetched must fit; then without it, for the lines that its programs need and no
 * others, of all machines that an image may be built for. A go.mod that would have to change is somebody else's to change.
 */
const LOCK = `
cd app || exit 1
cp go.mod ../go.mod
load() {
  for architecture in amd64 arm64; do
    GOOS=linux GOARCH=$architecture go list -mod=mod -deps -e -f '{{with .Error}}{{.}}{{end}}' "$@" >../errors.txt || { cat ../errors.txt; return 1; }
    if [ -s ../errors.txt ]; then cat ../errors.txt; return 1; fi
  done
}
load "$@" || exit 1
cmp -s go.mod ../go.mod || { echo 'cc-mcp: go.mod is not tidy'; exit 1; }
rm -f go.sum
load "$@" || exit 1
if [ -f go.sum ]; then LC_ALL=C sort -u go.sum >../lock.txt; else : >../lock.txt; fi
`;

/** Has Go resolve a folder's programs in a container. None of their code runs. */
export async function resolveGoProject(containers: ToolContainers, configuration: GoConfiguration, { files, where, packages, baseImage }: GoProjectRequest, onLine: (line: string) => void, signal?: AbortSignal): Promise<string> {
  const result = await containers.run({
    image: baseImage, command: ['sh', '-c', LOCK, 'sh', ...packages], files: files.map(({ path, content }) => ({ path: `app/${path}`, content })), outputs: ['lock.txt'],
    environment: goEnvironment(configuration), network: goNetwork(configuration), timeLimit: SECONDS,
  }, onLine, signal);
  const content = result.files.get('lock.txt');
  if (result.exitCode !== 0 || content === undefined) throw goFailure(result, result.output.split('\n'), where, where);
  return new TextDecoder().decode(content);
}
