import type { ArchiveFile } from '../domain/container-engine.ts';
import type { BuildInput } from '../domain/source.ts';
import { failureOf } from './diagnosis.ts';
import { explainPipFailure } from './pip-failure.ts';
import { lockHashes, lockWithout } from './pypi-lock.ts';
import { pipIn } from './pypi-settings.ts';
import { buildSources, fetchSources } from './python-sources.ts';
import type { SourcesRequest } from './python-sources.ts';

export interface PypiFetch extends Omit<SourcesRequest, 'image'> {
  /** Names and versions with hashes. */
  readonly lock: string;
  /** Whether a stranger's code may make wheels of what is locked as a source. */
  readonly allowScripts: boolean;
}

const SECONDS = 600;
/**
 * Wheels only: nothing of a package runs. pip says only among much else which index refused it. Without times, so that the same
 * wheels are the same context.
 */
const SCRIPT = `mkdir wheels
if [ -s requirements.txt ]; then python3 -m pip download -vv --no-deps --require-hashes --only-binary :all: --dest wheels -r requirements.txt >pip.log 2>&1; code=$?; fi
if [ "\${code:-0}" != 0 ]; then grep -E 'ERROR|WARNING|Could not fetch|HASHES|No module' pip.log; exit 1; fi
cd wheels && touch -d @0 -- * && tar -cf ../wheels.tar -- *`;

/** Has pip fetch the wheels of a lock with the user's credentials, before a build that has neither them nor an index. */
export function pypiFetch({ lock, allowScripts, ...request }: PypiFetch): NonNullable<BuildInput['fetch']> {
  return async (image, onLine, signal) => {
    const sources = allowScripts ? await wheelsOfSources({ ...request, image }, lock, onLine, signal) : { lock, install: lock, files: [] };
    const { exitCode, output, files } = await request.containers.run({
      ...pipIn(request.configuration), image, command: ['sh', '-c', SCRIPT], outputs: ['wheels.tar'], timeLimit: SECONDS, files: [{ path: 'requirements.txt', content: encode(sources.lock) }],
    }, onLine, signal);
    const wheels = files.get('wheels.tar');
    if (exitCode === 0 && wheels !== undefined) return [{ path: 'context/wheels.tar', content: wheels }, { path: 'context/install.txt', content: encode(sources.install) }, ...sources.files];
    const lines = output.split('\n');
    throw failureOf(explainPipFailure(lines, request.package, request.configuration) ?? { code: 'RESOLUTION_FAILED', message: `pip could not fetch ${request.package} (exit ${exitCode})`, suggestions: [] }, request.package, lines);
  };
}

interface SourcesOfLock {
  /** What is left to fetch as wheels. */
  readonly lock: string;
  /** The lock, with the hashes of the wheels that were made. */
  readonly install: string;
  readonly files: readonly ArchiveFile[];
}

async function wheelsOfSources(request: SourcesRequest, lock: string, onLine: (line: string) => void, signal?: AbortSignal): Promise<SourcesOfLock> {
  const entries = lockHashes(lock);
  if (entries.length === 0) return { lock, install: lock, files: [] };
  const fetched = await fetchSources(request, entries.map(({ requirement }) => requirement), new Set(entries.flatMap(({ hashes }) => hashes)), onLine, signal);
  if (fetched.sources.length === 0) return { lock, install: lock, files: [] };
  const { wheels, archive } = await buildSources(request, fetched, onLine, signal);
  const install = wheels.reduce((text, { hash, wheel }) => text.replaceAll(hash, wheel), lock);
  return { lock: lockWithout(lock, new Set(wheels.map(({ hash }) => hash))), install, files: [{ path: 'context/built.tar', content: archive }] };
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
