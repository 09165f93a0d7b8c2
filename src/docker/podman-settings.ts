import type { EffectiveSettings } from '../domain/container-engine.ts';
import { at, keysAt, textsAt } from './json-fields.ts';

const DEFAULT_NETWORK = 'podman';

/** Podman's answers in the words of Docker's. `own` is the answer of its own API, which has what the other leaves out. */
export function podmanSettings(settings: EffectiveSettings, own: unknown): EffectiveSettings {
  return {
    ...settings,
    ...capabilities(settings, own),
    // A namespace of its own: only the engine's user could let another container into it. 4.3 does not hand `IpcMode` on.
    ipcMode: settings.ipcMode === 'shareable' ? 'private' : settings.ipcMode,
    networkMode: settings.networkMode === 'bridge' ? bridgeName(own) : settings.networkMode,
    tmpfs: Object.fromEntries(Object.entries(settings.tmpfs).map(([target, options]) => [target, options.replace(ADDED, '')])),
  };
}

/** It lists the defaults that are missing; what the container may ever have is exact. Where that is not said, nothing is known to be dropped. */
function capabilities({ capAdd, capDrop }: EffectiveSettings, own: unknown): Pick<EffectiveSettings, 'capAdd' | 'capDrop'> {
  if (at(own, 'BoundingCaps') === undefined) return { capAdd, capDrop };
  return { capDrop: ['ALL'], capAdd: textsAt(own, 'BoundingCaps').map((name) => name.replace(/^CAP_/, '')) };
}

/** What Podman adds to the options that it was given. */
const ADDED = /,rprivate(?:,nosuid|,nodev)*(?:,tmpcopyup)?$/;

/** Of a container in a named network it says no more than the driver. */
function bridgeName(own: unknown): string {
  const [name, ...others] = keysAt(own, 'NetworkSettings', 'Networks');
  return name === undefined || name === DEFAULT_NETWORK || others.length > 0 ? 'bridge' : name;
}
