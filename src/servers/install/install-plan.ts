import type { DockerServer } from '../../domain/manifest.ts';
import { localhostPorts, localhostText } from '../../domain/localhost-grant.ts';
import { DEFAULT_LIMITS } from '../../domain/limits.ts';
import type { MarketplacePackage } from '../../domain/package.ts';
import type { OpenedProject } from '../../domain/project-grant.ts';
import { describeService } from '../../domain/service.ts';
import type { BaseImage } from './base-image.ts';
import { shownGrants } from './granted-project.ts';
import type { InstallPlan, InstallRequest } from './install-request.ts';

export interface InstallPlanFacts {
  readonly name: string;
  readonly request: Pick<InstallRequest, 'test' | 'location'>;
  readonly offered: MarketplacePackage;
  readonly fromIndex: boolean;
  readonly version: string;
  readonly server: DockerServer;
  readonly base: BaseImage;
  readonly template: string;
  /** Beside the base. */
  readonly images?: readonly string[];
  readonly missing: readonly string[];
  /** What `@project` stands for here. */
  readonly project?: OpenedProject | undefined;
}

/** What `--dry-run` prints and the user agrees to: everything that contributes code, with its origin, and everything that is granted. */
export function installPlan(facts: InstallPlanFacts): InstallPlan {
  const { offered, server, request } = facts;
  const dockerfile = server.source?.dockerfile;
  const companion = request.test ? offered.tests.companion : undefined;
  const indexOverrides = new Set(offered.source.overrides ?? []);
  const indexSystemPackages = new Set(offered.source.systemPackages ?? []);
  return {
    server: facts.name,
    manifest: request.location.path,
    title: offered.title,
    description: offered.description,
    code: [
      { what: 'package', name: `${offered.source.type}:${offered.source.package}@${facts.version}`, origin: facts.fromIndex ? `the starter index, as "${offered.name}"` : 'your reference' },
      ...(server.source?.asOf === undefined ? [] : [{ what: 'dependencies' as const, name: `as of ${server.source.asOf}`, origin: 'your --as-of' }]),
      ...(server.source?.overrides ?? []).map((name) => ({ what: 'override' as const, name, origin: indexOverrides.has(name) ? 'the starter index' : 'your --override' })),
      ...(server.source?.systemPackages ?? []).map((name) => ({ what: 'system package' as const, name, origin: indexSystemPackages.has(name) ? 'the starter index' : 'your --system-package' })),
      { what: 'base image', name: `${facts.base.canonical}@${facts.base.digest}`, origin: dockerfile === undefined ? 'cc-mcp, or images.bases of your config.json' : 'its Dockerfile' },
      ...(facts.images ?? []).map((name) => ({ what: 'base image' as const, name, origin: 'its Dockerfile' })),
      { what: 'template', name: facts.template, origin: 'cc-mcp' },
      ...(dockerfile === undefined ? [] : [{ what: 'Dockerfile' as const, name: `${dockerfile.path}, whose steps run while it is built, ${dockerfile.network ? 'and reach the internet, the local network and this machine' : 'without network'}`, origin: 'the folder, by your --dockerfile' }]),
      ...(server.permissions.scripts && dockerfile === undefined ? [{ what: 'lifecycle scripts' as const, name: 'of every package in the tree', origin: 'your --allow-scripts' }] : []),
      ...(companion === undefined ? [] : [{ what: 'companion' as const, name: companion.image, origin: 'the starter index, during the gate only' }]),
    ],
    arguments: server.arguments,
    environment: Object.fromEntries(Object.entries(server.environment).map(([name, value]) => [name, /\$\{secret:/.test(value) ? 'secret store' : /\$\{/.test(value) ? 'environment' : 'mcp.json'])),
    permissions: {
      net: netText(server),
      read: shownGrants(server.permissions.read, facts.project),
      write: shownGrants(server.permissions.write, facts.project),
      volumes: Object.entries(server.volumes).map(([from, to]) => `${from}:${to}`),
      state: server.statePaths.map(({ path }) => path),
      env: server.permissions.env,
      scripts: server.permissions.scripts,
    },
    limits: { memory: server.limits.memory ?? DEFAULT_LIMITS.memory, cpus: server.limits.cpus ?? DEFAULT_LIMITS.cpus, pids: server.limits.pids ?? DEFAULT_LIMITS.pids },
    transport: server.service === undefined ? 'stdio' : describeService(server.service),
    gate: request.test ? 'full' : 'connection and capabilities',
    missing: facts.missing,
  };
}

function netText({ network, permissions: { net } }: DockerServer): string {
  if (network !== undefined) return `network ${network}`;
  if (net === true) return 'everything: the internet, the local network and this machine';
  return net === false || net.length === 0 ? 'none' : localhostText(localhostPorts(net));
}

/** What the plan holds that the user did not type, now or for the server as it is there: the lines that consent asks about. */
export function unaskedLines(plan: InstallPlan, { grants }: InstallRequest, there?: DockerServer): readonly string[] {
  const lines: string[] = [];
  if (plan.permissions.net.startsWith('everything') && grants.net !== true && there?.permissions.net !== true) lines.push(`network: ${plan.permissions.net}`);
  const opens = there?.permissions.controlFiles === true ? grants.write.length > 0 : grants.controlFiles && plan.permissions.write.length > 0;
  if (opens) lines.push('control files: .git/hooks, .vscode and others may be written, and run code on this machine later');
  return lines;
}
