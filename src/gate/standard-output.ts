import type { Clock } from '../domain/clock.ts';
import { CcMcpError } from '../domain/errors.ts';
import type { ContainerEngine, ContainerId } from '../domain/container-engine.ts';
import { within } from './within.ts';

const SECONDS = 5;
/** Exit 1 where another user's or a vanished process cannot be read; what could be read is printed all the same. */
const COMMAND = ['ls', '-l', '/proc/1/fd', ...['[0-9]', '[0-9][0-9]', '[0-9][0-9][0-9]'].map((digits) => `/proc/${digits}/fd`)];

/**
 * Whether anything but the init process still holds the stdout that the container started with. The engine cannot say:
 * the init process keeps it open. `unknown` where the image has no shell or no process is left for the question.
 */
export async function standardOutput(engine: ContainerEngine, clock: Clock, id: ContainerId, signal: AbortSignal): Promise<'open' | 'closed' | 'unknown'> {
  const asked = await within(clock, SECONDS, signal, async (limited) => {
    try {
      return (await engine.exec(id, ['sh', '-c', COMMAND.join(' ')], limited)).output;
    } catch (error) {
      if (error instanceof CcMcpError) return '';
      throw error;
    }
  });
  return asked.kind === 'late' ? 'unknown' : readListing(asked.value);
}

/** Reads `ls -l` of the descriptors of every process. */
export function readListing(listing: string): 'open' | 'closed' | 'unknown' {
  const descriptors = [...descriptorsOf(listing)];
  const output = descriptors.find(({ pid, descriptor }) => pid === '1' && descriptor === '1')?.target;
  if (output === undefined || !/^(?:pipe|socket|\/dev\/pts)/.test(output)) return 'unknown';
  const others = descriptors.filter(({ pid }) => pid !== '1');
  if (others.length === 0) return 'unknown';
  return others.some(({ target }) => target === output) ? 'open' : 'closed';
}

function* descriptorsOf(listing: string): Generator<{ pid: string; descriptor: string; target: string }> {
  let pid = '';
  for (const line of listing.split('\n')) {
    pid = /^\/proc\/(\d+)\/fd:/.exec(line)?.[1] ?? pid;
    const match = /\s(\d+) -> (\S+)/.exec(line);
    if (match !== null) yield { pid, descriptor: match[1] ?? '', target: match[2] ?? '' };
  }
}
