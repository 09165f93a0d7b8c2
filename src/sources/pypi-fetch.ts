import type { BuildInput } from '../domain/source.ts';
import type { ToolContainers } from '../domain/tool-container.ts';
import { failureOf } from './diagnosis.ts';
import { explainPipFailure } from './pip-failure.ts';
import type { PypiConfiguration } from './pypi-configuration.ts';
import { pipIn } from './pypi-settings.ts';

export interface PypiFetch {
  readonly containers: ToolContainers;
  readonly configuration: PypiConfiguration;
  /** For messages. */
  readonly package: string;
  /** Names and versions with hashes. */
  readonly lock: string;
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
export function pypiFetch({ containers, configuration, package: packageName, lock }: PypiFetch): NonNullable<BuildInput['fetch']> {
  return async (image, onLine, signal) => {
    const { exitCode, output, files } = await containers.run({
      ...pipIn(configuration), image, command: ['sh', '-c', SCRIPT], outputs: ['wheels.tar'], timeLimit: SECONDS, files: [{ path: 'requirements.txt', content: new TextEncoder().encode(lock) }],
    }, onLine, signal);
    const wheels = files.get('wheels.tar');
    if (exitCode === 0 && wheels !== undefined) return [{ path: 'context/wheels.tar', content: wheels }];
    const lines = output.split('\n');
    throw failureOf(explainPipFailure(lines, packageName, configuration) ?? { code: 'RESOLUTION_FAILED', message: `pip could not fetch ${packageName} (exit ${exitCode})`, suggestions: [] }, packageName, lines);
  };
}
