import { CcMcpError } from '../domain/errors.ts';
import type { StandbyPorts } from '../domain/session-ports.ts';
import { discard } from './discard.ts';
import type { HeldContainer } from './held-container.ts';

/** How long a server may take to leave by itself, and then after SIGTERM. The same as clients give to a server of their own. */
export const GRACE_MILLISECONDS = 2000;

/** Its input is closed already: wait, stop, kill, remove. */
export async function endContainer(held: HeldContainer, grace: number, ports: StandbyPorts): Promise<void> {
  if (!(await exitsWithin(held, grace, ports))) await held.engine.stop(held.id, GRACE_MILLISECONDS / 1000);
  await removeContainer(held, ports);
}

/** Whether it has stopped, or is gone, after at most that time. */
export async function exitsWithin(held: HeldContainer, milliseconds: number, ports: StandbyPorts): Promise<boolean> {
  const late = new AbortController();
  const exited = held.engine.wait(held.id, late.signal).then(
    () => true,
    (error: unknown) => {
      if (late.signal.aborted) return false;
      // It was removed by somebody else.
      if (error instanceof CcMcpError && error.code !== 'ENGINE_UNREACHABLE') return true;
      throw error;
    },
  );
  try {
    return await Promise.race([exited, ports.clock.sleep(milliseconds).then(() => false)]);
  } finally {
    late.abort();
  }
}

export async function removeContainer(held: HeldContainer, ports: StandbyPorts): Promise<void> {
  held.channel.close();
  await held.stderr?.[Symbol.asyncDispose]();
  await discard(held.owned, held.id, 'session-ended', held.engine, ports);
}
