import type { ArchiveFile } from '../domain/container-engine.ts';
import type { BuildInput } from '../domain/source.ts';
import type { ToolContainers } from '../domain/tool-container.ts';
import { failureOf } from './diagnosis.ts';
import type { NpmConfiguration } from './npm-configuration.ts';
import { explainNpmFailure } from './npm-failure.ts';
import { npmIn, npmrcFile } from './npm-settings.ts';
import type { CanonicalNpmLock } from './schema.ts';

export interface NpmFetch {
  readonly containers: ToolContainers;
  readonly configuration: NpmConfiguration;
  /** For messages. */
  readonly package: string;
  /** `package.json` and `package-lock.json` of the whole tree. */
  readonly files: readonly ArchiveFile[];
  readonly packages: CanonicalNpmLock['packages'];
}

const SECONDS = 600;
const CACHE = '/work/.cache/npm/_cacache/content-v2';
/**
 * npm fetches, compares each archive with its hash and keeps it under that; what this platform does not take is not there. Without
 * times, so that the same archives are the same context.
 */
const SCRIPT = `npm ci --omit=dev --ignore-scripts --no-audit --no-fund --no-progress --no-update-notifier --loglevel=error || exit 1
mkdir archives
while read -r content name; do if [ -f "${CACHE}/$content" ]; then mv "${CACHE}/$content" "archives/$name"; fi; done <wanted.txt
cd archives && touch -d @0 -- * && tar -cf ../archives.tar -- *`;

/** Has npm fetch the archives of a lock with the user's credentials, before a build that has neither them nor a registry. */
export function npmFetch({ containers, configuration, package: packageName, files, packages }: NpmFetch): NonNullable<BuildInput['fetch']> {
  return async (image, onLine, signal) => {
    const wanted = Object.values(packages).flatMap(({ integrity }) => (integrity === undefined ? [] : [`${contentOf(integrity)} ${archiveName(integrity)}\n`]));
    const { exitCode, output, files: outputs } = await containers.run({
      ...npmIn(configuration), image, command: ['sh', '-c', SCRIPT], outputs: ['archives.tar'], timeLimit: SECONDS,
      files: [...files, npmrcFile(configuration), { path: 'wanted.txt', content: new TextEncoder().encode([...new Set(wanted)].join('')) }],
    }, onLine, signal);
    const archives = outputs.get('archives.tar');
    if (exitCode === 0 && archives !== undefined) return [{ path: 'context/archives.tar', content: archives }];
    const lines = output.split('\n');
    throw failureOf(explainNpmFailure(lines, undefined, configuration) ?? { code: 'RESOLUTION_FAILED', message: `npm could not fetch ${packageName} (exit ${exitCode})`, suggestions: [] }, packageName, lines);
  };
}

/** The packages of a lock, each from its archive in the build's context. */
export function fromArchives(packages: CanonicalNpmLock['packages']): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(packages).map(([path, entry]) => [path, entry.integrity === undefined ? entry : { ...entry, resolved: `file:archives/${archiveName(entry.integrity)}` }]));
}

function archiveName(integrity: string): string {
  return `${hashOf(integrity).hash}.tgz`;
}

/** Where npm's cache has it. */
function contentOf(integrity: string): string {
  const { algorithm, hash } = hashOf(integrity);
  return `${algorithm}/${hash.slice(0, 2)}/${hash.slice(2, 4)}/${hash.slice(4)}`;
}

function hashOf(integrity: string): { readonly algorithm: string; readonly hash: string } {
  const dash = integrity.indexOf('-');
  return { algorithm: integrity.slice(0, dash), hash: Buffer.from(integrity.slice(dash + 1), 'base64').toString('hex') };
}
