import type { ToolContainers } from '../domain/tool-container.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import { explainDenoFailure } from './deno-failure.ts';
import { lockFromDeno, lockHint } from './deno-lock.ts';
import { failureOf } from './diagnosis.ts';
import type { NpmConfiguration } from './npm-configuration.ts';
import { npmNetwork, npmProxies, npmrcFor } from './npm-settings.ts';
import { textAt } from './project-files.ts';
import type { ProjectFile } from './project-files.ts';

export interface DenoProjectRequest {
  readonly files: readonly ProjectFile[];
  readonly where: string;
  /** The file that starts it. */
  readonly start: string;
  readonly baseImage: string;
}

const SECONDS = 600;

/** All that its configuration and its files name. */
const LOCK = `
if [ -n "\${SSL_CERT_FILE:-}" ]; then export DENO_CERT="$SSL_CERT_FILE"; fi
cd app || exit 1
deno install --quiet --node-modules-dir=none --lock=../deno.lock || exit 1
deno cache --quiet --node-modules-dir=none --lock=../deno.lock "$1" || exit 1
cd ..
if [ ! -s deno.lock ]; then echo '{"version":"5"}' >deno.lock; fi
`;

/** Has Deno resolve a folder's imports in a container. None of its code runs. Versions of its own lock are kept where they fit. */
export async function resolveDenoProject(containers: ToolContainers, configuration: NpmConfiguration, { files, where, start, baseImage }: DenoProjectRequest, onLine: (line: string) => void, signal?: AbortSignal): Promise<string> {
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  const hint = lockHint(textAt(files, 'deno.lock'));
  const { exitCode, oomKilled, output, files: outputs } = await containers.run({
    image: baseImage, command: ['sh', '-c', LOCK, 'sh', start],
    files: [
      ...files.filter(({ path }) => path !== 'deno.lock').map(({ path, content }) => ({ path: `app/${path}`, content })),
      { path: 'app/.npmrc', content: encode(npmrcFor(configuration)) },
      ...(hint === undefined ? [] : [{ path: 'deno.lock', content: encode(hint) }]),
    ],
    outputs: ['deno.lock'], environment: { ...npmProxies(configuration), DENO_DIR: '/work/.cache/deno', DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1' },
    network: npmNetwork(configuration), timeLimit: SECONDS,
  }, onLine, signal);
  const content = outputs.get('deno.lock');
  if (exitCode === 0 && content !== undefined) return lockFromDeno(new TextDecoder().decode(content), where);
  const lines = output.split('\n');
  if (oomKilled) throw failureOf({ code: 'RESOLUTION_FAILED', message: `Deno ran out of memory while it resolved ${where}`, suggestions: [] }, where, lines);
  const said = lines.map((line) => sanitizeLine(line, 200)).find((line) => line.startsWith('error: '));
  throw failureOf(explainDenoFailure(lines) ?? { code: 'RESOLUTION_FAILED', message: `Deno could not resolve ${where} (exit ${exitCode})${said === undefined ? '' : `: ${said.slice('error: '.length)}`}`, suggestions: [] }, where, lines);
}
