import { type ContainerEngine, type ContainerSummary, LABEL } from '../domain/container-engine.ts';
import { serviceOfLabels } from '../domain/container-labels.ts';
import type { ServerKey } from '../domain/stores.ts';
import type { ServerPorts } from './ports.ts';

/** A service's own container, running or not, beside which its front stands. Undefined: there is none. */
export async function serviceContainer({ state }: Pick<ServerPorts, 'state'>, containers: ContainerEngine, { manifestId, server }: ServerKey, signal?: AbortSignal): Promise<ContainerSummary | undefined> {
  const labels = { [LABEL.home]: await state.homeId(), [LABEL.manifest]: manifestId, [LABEL.server]: server, [LABEL.service]: '' };
  return (await containers.list(labels, signal)).find((container) => container.name === serviceOfLabels(container.labels));
}
