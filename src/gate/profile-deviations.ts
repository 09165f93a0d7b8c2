import type { ContainerSpec, EffectiveSettings } from '../domain/container-engine.ts';

/** Where a container's effective settings are weaker than, or different from, what its specification says; a line each. */
export function profileDeviations(spec: ContainerSpec, actual: EffectiveSettings): readonly string[] {
  const deviations: string[] = [];
  const same = (what: string, is: unknown, should: unknown): void => {
    if (String(is) !== String(should)) deviations.push(`${what} is ${String(is) === '' ? 'not set' : String(is)}, not ${String(should)}`);
  };
  const never = (what: string, is: boolean): void => {
    if (is) deviations.push(what);
  };
  same('user', actual.user, spec.user);
  never('it is privileged', actual.privileged);
  never('its root is writable', !actual.readOnlyRoot && spec.readOnlyRoot);
  never('not all capabilities are dropped', !actual.capDrop.some((name) => name.toUpperCase() === 'ALL'));
  never(`capabilities were added: ${actual.capAdd.join(', ')}`, difference(actual.capAdd, spec.capAdd).length > 0);
  never('no-new-privileges is not set', !actual.securityOptions.some((option) => /^no-new-privileges(?:[:=]true)?$/.test(option)));
  never('its system calls are not filtered', actual.securityOptions.some((option) => /^seccomp[:=]unconfined$/.test(option)));
  same('memory limit', actual.memoryBytes, spec.memoryBytes);
  same('memory and swap limit', actual.memorySwapBytes, spec.memoryBytes);
  if (spec.nanoCpus !== null) same('CPU limit', actual.nanoCpus / 1e9, spec.nanoCpus / 1e9);
  same('process limit', actual.pids, spec.pids);
  same('network', actual.networkMode, networkMode(spec));
  never(`it shares the IPC of ${actual.ipcMode}`, !/^(?:private|none|)$/.test(actual.ipcMode));
  never(`it shares the processes of ${actual.pidMode}`, !/^(?:private|)$/.test(actual.pidMode));
  same('log driver', actual.logDriver, spec.logDriver);
  never('it has no init process', !actual.init);
  never('the image\'s health check is on', actual.healthcheck.length > 0 && actual.healthcheck[0] !== 'NONE');
  never(`ports are published: ${actual.publishedPorts.join(', ')}`, actual.publishedPorts.length > 0);
  for (const { target, source } of actual.mounts) {
    never(`${source} is mounted at ${target}, which nobody asked for`, !spec.mounts.some((mount) => mount.target === target) && !(target in spec.tmpfs));
  }
  for (const mount of spec.mounts) {
    never(`${mount.target} is writable`, mount.readOnly && actual.mounts.some(({ target, readOnly }) => target === mount.target && !readOnly));
  }
  for (const [target, options] of Object.entries(actual.tmpfs)) never(`the tmpfs at ${target} has no size`, !/(?:^|,)size=/.test(options));
  return deviations;
}

/** What its specification itself gives up of the profile. */
export function profileWeaknesses(spec: ContainerSpec): readonly string[] {
  return [
    ...(spec.readOnlyRoot ? [] : ['its root is writable']),
    ...(spec.capAdd.length === 0 ? [] : [`it has the capabilities ${spec.capAdd.join(', ')}`]),
    ...(spec.securityOptions.some((option) => /^seccomp[:=]unconfined$/.test(option)) ? ['its system calls are not filtered'] : []),
  ];
}

function networkMode({ network }: ContainerSpec): string {
  switch (network.kind) {
    case 'named': return network.name;
    case 'container': return `container:${network.id}`;
    default: return network.kind;
  }
}

function difference(a: readonly string[], b: readonly string[]): readonly string[] {
  return a.filter((item) => !b.includes(item));
}
