import { localhostPort } from '../../domain/localhost-grant.ts';
import { CcMcpError } from '../../domain/errors.ts';
import { valuedSwitches } from './switch-values.ts';
import type { FlagShape } from './switch-values.ts';

/** `--allow-net=localhost:5432,localhost:6379` → the hosts, and the command's own words without it: to oclif the flag is a switch. */
export function takeAllowedHosts(own: readonly string[], flags: Readonly<Record<string, FlagShape>>): { readonly words: string[]; readonly hosts: readonly string[] } {
  const taken = valuedSwitches(own, flags).filter(({ name }) => name === 'allow-net');
  const hosts = taken.flatMap(({ value }) => value.split(','));
  if (hosts.some((host) => localhostPort(host) === undefined)) {
    throw new CcMcpError('USAGE', '--allow-net does not take a list of hosts yet', {
      suggestions: ['--allow-net=localhost:PORT reaches one port of this machine', '--allow-net alone grants the internet, the local network and this machine', '--network NAME joins one network of the engine'],
    });
  }
  return { words: own.filter((_, position) => !taken.some(({ index }) => index === position)), hosts };
}
