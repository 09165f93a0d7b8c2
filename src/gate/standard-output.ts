import type { Clock } from '../domain/clock.ts';
import type { ContainerEngine, ContainerId } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import { within } from './within.ts';

const SECONDS = 5;
/** Looks for what process 1 has as its stdout among the descriptors of all other processes. */
const SEARCH = `out=$(readlink /proc/1/fd/1) && [ -n "$out" ] || exit 1
for file in /proc/[0-9]*/fd/*; do
  case $file in /proc/1/*) continue ;; esac
  if [ "$(readlink "$file")" = "$out" ]; then echo open; exit; fi
done
echo closed`;

/**
 * Whether anything but the init process still holds the stdout that the container started with. The engine cannot say:
 * the init process keeps it open. `unknown` where the image has no shell, or no process is left for the question.
 */
export async function standardOutput(engine: ContainerEngine, clock: Clock, id: ContainerId, signal: AbortSignal): Promise<'open' | 'closed' | 'unknown'> {
  const asked = await within(clock, SECONDS, signal, async (limited) => {
    try {
      return (await engine.exec(id, ['sh', '-c', SEARCH], limited)).output.trim();
    } catch (error) {
      if (error instanceof CcMcpError && error.code !== 'ENGINE_UNREACHABLE') return '';
      throw error;
    }
  });
  return asked.kind === 'done' && (asked.value === 'open' || asked.value === 'closed') ? asked.value : 'unknown';
}
