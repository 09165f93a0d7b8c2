import { CcMcpError } from '../domain/errors.ts';
import { recover } from '../servers/recover.ts';
import type { ComposedPorts } from './compose-ports.ts';

/**
 * What every command but `run` does first: the launcher still leads here, what dead sessions and interrupted commands left is taken
 * away. An engine that is away or a home that cannot be written does not stop a command that needs neither.
 */
export async function keepHouse(ports: ComposedPorts): Promise<void> {
  if (!(await ports.hasHome())) return;
  await tolerating(() => repairLauncher(ports));
  await tolerating(() => recover(ports));
  await tolerating(() => ports.standbys.reap());
}

async function tolerating(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof CcMcpError)) throw error;
  }
}

/** Before anything is installed nobody needs one. */
async function repairLauncher(ports: ComposedPorts): Promise<void> {
  if ((await ports.state.servers()).length > 0) await ports.launcher.repair();
}
