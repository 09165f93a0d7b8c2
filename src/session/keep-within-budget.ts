import type { ContainerRecord } from '../domain/run-directory.ts';
import type { StandbyPorts } from '../domain/session-ports.ts';
import { dropStandby } from './drop-standbys.ts';

/**
 * Lets standbys go until the others fit, by what they really use. A standby is as old as the last use of its settings, because every
 * use replaces it: the oldest is the least recently used.
 */
export async function keepWithinBudget(ports: StandbyPorts): Promise<readonly ContainerRecord[]> {
  const budgetBytes = ports.run.budget();
  if (budgetBytes === undefined) return [];
  const waiting: { readonly record: ContainerRecord; readonly bytes: number }[] = [];
  for (const name of ports.run.ready()) {
    const record = ports.run.readReady(name);
    if (record === undefined || record.containerId === null) continue;
    const usage = await ports.openEngine(record.engine).usage(record.containerId);
    waiting.push({ record, bytes: usage?.memoryBytes ?? 0 });
  }
  waiting.sort((a, b) => a.record.createdAt - b.record.createdAt);
  let total = waiting.reduce((sum, standby) => sum + standby.bytes, 0);
  const released: ContainerRecord[] = [];
  for (const { record, bytes } of waiting) {
    if (total <= budgetBytes) break;
    if (await dropStandby(record, ports)) released.push(record);
    total -= bytes;
  }
  return released;
}
