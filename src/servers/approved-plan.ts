import { CcMcpError } from '../domain/errors.ts';
import type { EffectivePlan } from '../domain/effective-plan.ts';
import { planChanges, planHash } from '../domain/plan-hash.ts';
import type { ServerKey } from '../domain/stores.ts';
import type { ServerPorts } from './ports.ts';

/** Throws NOT_APPROVED unless the user agreed to this plan, or to a wider one. */
export async function approvedPlan(ports: Pick<ServerPorts, 'approvals'>, key: ServerKey, name: string, plan: EffectivePlan): Promise<void> {
  const approval = await ports.approvals.read(key);
  if (approval === undefined) {
    throw new CcMcpError('NOT_APPROVED', `${name} was never approved on this machine`, { suggestions: [`cc-mcp approve ${name}`] });
  }
  if (approval.hash === planHash(plan)) return;
  const wider = planChanges(approval.plan, plan).filter(({ narrows }) => !narrows);
  if (wider.length === 0) return;
  throw new CcMcpError('NOT_APPROVED', `${name} asks for more than was approved: ${wider.map(({ text }) => text).join('; ')}`, {
    suggestions: [`cc-mcp approve ${name}`], details: { changes: wider.map(({ text }) => text) },
  });
}
