import type { BuildRequest } from '../domain/container-engine.ts';

/**
 * The network of a build in Podman's own words: of Docker's it understands none, and runs the steps in the host's network. What it
 * calls a namespace must be asked for, or steps that may reach the internet are there too.
 */
export function podmanBuildNetwork(network: BuildRequest['network']): Readonly<Record<string, string>> {
  switch (network) {
    case 'default': return { nsoptions: JSON.stringify([{ Name: 'network', Host: false, Path: '' }]) };
    case 'none': return { networkmode: 'NetworkDisabled' };
    case 'host': return { networkmode: 'host' };
    default: return network satisfies never;
  }
}
