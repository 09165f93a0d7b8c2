import type { TriedHost } from '../domain/gate-report.ts';
import { GATEWAY_HOST } from '../domain/localhost-values.ts';
import type { MarketplacePackage } from '../domain/package.ts';
import type { GateRequest } from './gate-request.ts';
import type { StepResult } from './step-recorder.ts';

type Hosts = readonly TriedHost[];

const SHOWN = 5;
/** The machine that it runs on, and addresses read backwards. */
const OWN = /^(?:(?:.*\.)?localhost|host\.docker\.internal|.*\.(?:in-addr|ip6)\.arpa|)$/;

/** The hosts that a server asked for by name, against what its package asks for and what the user granted. `own`: names that the gate itself gave it. */
export function triedHosts(names: readonly string[], { granted, asked }: GateRequest['reach'], own: readonly string[]): StepResult {
  const tried = names.filter((name) => !OWN.test(name) && name !== GATEWAY_HOST && !own.includes(name));
  const hosts = tried.map((host): TriedHost => ({ host, asked: asked === undefined ? null : isAsked(host, asked), granted: granted !== 'nothing' }));
  const unasked = hosts.filter((host) => host.asked === false);
  if (hosts.length === 0) return { outcome: 'passed', reason: 'it asks for no host', hosts };
  if (granted === 'nothing') return { ...denied(hosts, unasked), hosts };
  if (granted === 'network') return { outcome: 'passed', reason: `it tried ${list(hosts)}`, hosts };
  if (unasked.length === 0) return { outcome: 'passed', reason: `it tried ${list(hosts)}: granted`, hosts };
  return {
    outcome: 'warned', hosts, reason: `it tried ${list(unasked)}, which its package does not ask for and your grant allows`,
    suggestions: ['Installed without a network it reaches nothing'],
  };
}

function denied(hosts: Hosts, unasked: Hosts): StepResult {
  const asked = hosts.every((host) => host.asked === true) ? ', which its package asks for' : '';
  const beyond = unasked.length === 0 ? '' : `, and its package does not ask for ${unasked.length < hosts.length ? list(unasked) : unasked.length === 1 ? 'it' : 'them'}`;
  return {
    outcome: 'warned', reason: `it tried ${list(hosts)}${asked}: not granted${beyond}`,
    suggestions: ['As it is, nothing of that leaves its container. To grant it: cc-mcp install with --allow-net'],
  };
}

function isAsked(host: string, asked: MarketplacePackage['permissions']['net']): boolean {
  if (typeof asked === 'string') return asked === 'full';
  return asked.some((entry) => {
    const pattern = entry.toLowerCase().replace(/:\d+$/, '');
    return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern;
  });
}

function list(hosts: Hosts): string {
  const names = hosts.slice(0, SHOWN).map(({ host }) => host).join(', ');
  return hosts.length > SHOWN ? `${names} and ${hosts.length - SHOWN} more` : names;
}
