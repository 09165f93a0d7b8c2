import { LABEL } from './container-engine.ts';
import type { ContainerSummary, Labels } from './container-engine.ts';

/** Whose a container is. What does not apply yet, or not to this one, is empty. */
export interface ContainerOwner {
  readonly home: string;
  readonly manifestId: string;
  readonly server: string;
  /** Of the operation or of the role in `run/` that answers for it: what a crash leaves is found by it. */
  readonly token: string;
  readonly recipe: string;
  readonly version: string;
}

/** Every label key of ours, explicitly: an image hands its own labels down to its containers. `link`, `service`: the name of the localhost link or of the service that it is part of. */
export function containerLabels({ home, manifestId, server, token, recipe, version }: ContainerOwner, { link = '', service = '' }: { readonly link?: string; readonly service?: string } = {}): Labels {
  return { [LABEL.home]: home, [LABEL.manifest]: manifestId, [LABEL.server]: server, [LABEL.token]: token, [LABEL.recipe]: recipe, [LABEL.version]: version, [LABEL.link]: link, [LABEL.service]: service };
}

/** Name of the localhost link that something is part of. */
export function linkOfLabels(labels: Labels): string | undefined {
  return labels[LABEL.link] || undefined;
}

/** Name of the service that something is part of. */
export function serviceOfLabels(labels: Labels): string | undefined {
  return labels[LABEL.service] || undefined;
}

/** All that is or was a service of this server. */
export function serviceLabels({ home, manifestId, server }: Pick<ContainerOwner, 'home' | 'manifestId' | 'server'>): Labels {
  return { [LABEL.home]: home, [LABEL.manifest]: manifestId, [LABEL.server]: server, [LABEL.service]: '' };
}

/** Whether it is a service's own container, and not its front. */
export function isServerOfService({ name, labels }: Pick<ContainerSummary, 'name' | 'labels'>): boolean {
  return name === serviceOfLabels(labels);
}
