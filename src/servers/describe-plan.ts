import { describeService } from '../domain/service.ts';
import type { EffectivePlan, PlannedNetwork } from '../domain/effective-plan.ts';
import { localhostText } from '../domain/localhost-grant.ts';
import { formatBytes } from '../domain/limits.ts';

/** A whole plan, a line each, for somebody who sees it for the first time. */
export function describePlan(plan: EffectivePlan): readonly string[] {
  return [
    `code: ${plan.source}`,
    `image: ${plan.imageId}`,
    `starts: ${[...plan.entrypoint, ...plan.arguments].join(' ')}`,
    `network: ${networkText(plan.network)}`,
    ...(plan.service === undefined ? [] : [`listens: ${describeService(plan.service)}, one container for all clients`]),
    ...(plan.project ?? []).map(({ right, at }) => `${right}: the project that the client opens (@project)${at === null ? '' : ` at ${at}`}`),
    ...plan.mounts.map(({ mount }) => (mount.kind === 'bind' ? `${mount.readOnly ? 'read' : 'write'}: ${mount.source}${mount.source === mount.target ? '' : ` at ${mount.target}`}` : `state: ${mount.target}`)),
    ...Object.entries(plan.environment).map(([name, origin]) => `variable: ${name} = ${origin.kind === 'literal' ? JSON.stringify(origin.value) : origin.template}`),
    `limits: ${formatBytes(plan.memoryBytes)}, ${plan.nanoCpus / 1e9} CPU, ${plan.pids} processes, as uid:gid ${plan.user}`,
  ];
}

function networkText(network: PlannedNetwork): string {
  switch (network.kind) {
    case 'none':
      return 'none';
    case 'bridge':
      return 'everything: the internet, the local network and this machine';
    case 'named':
      return `network ${network.name}`;
    case 'localhost':
      return localhostText(network.ports);
    default:
      return network satisfies never;
  }
}
