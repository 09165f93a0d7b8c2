import type { EffectivePlan } from '../domain/effective-plan.ts';
import { formatBytes } from '../domain/limits.ts';

/** A whole plan, a line each, for somebody who sees it for the first time. */
export function describePlan(plan: EffectivePlan): readonly string[] {
  const network = plan.network.kind === 'named' ? `network ${plan.network.name}` : plan.network.kind === 'bridge' ? 'everything: the internet, the local network and this machine' : 'none';
  return [
    `code: ${plan.source}`,
    `image: ${plan.imageId}`,
    `starts: ${[...plan.entrypoint, ...plan.arguments].join(' ')}`,
    `network: ${network}`,
    ...(plan.project ?? []).map(({ right, at }) => `${right}: the project that the client opens (@project)${at === null ? '' : ` at ${at}`}`),
    ...plan.mounts.map(({ mount }) => (mount.kind === 'bind' ? `${mount.readOnly ? 'read' : 'write'}: ${mount.source}${mount.source === mount.target ? '' : ` at ${mount.target}`}` : `state: ${mount.target}`)),
    ...Object.entries(plan.environment).map(([name, origin]) => `variable: ${name} = ${origin.kind === 'literal' ? JSON.stringify(origin.value) : origin.template}`),
    `limits: ${formatBytes(plan.memoryBytes)}, ${plan.nanoCpus / 1e9} CPU, ${plan.pids} processes, as uid:gid ${plan.user}`,
  ];
}
