import type { ContainerEngine, ContainerSummary } from '../domain/container-engine.ts';
import { isServerOfService, serviceLabels } from '../domain/container-labels.ts';
import type { ServerKey } from '../domain/stores.ts';
import type { ServerPorts } from './ports.ts';

/** A service's own container, running or not, beside which its front stands. Undefined: there is none. */
export async function serviceContainer({ state }: Pick<ServerPorts, 'state'>, containers: ContainerEngine, { manifestId, server }: ServerKey, signal?: AbortSignal): Promise<ContainerSummary | undefined> {
  return (await containers.list(serviceLabels({ home: await state.homeId(), manifestId, server }), signal)).find(isServerOfService);
}
