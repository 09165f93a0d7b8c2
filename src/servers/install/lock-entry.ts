import type { Day } from '../../domain/day.ts';
import { sha256 } from '../../domain/fingerprint.ts';
import type { ProvenServer } from '../../domain/gate-report.ts';
import type { LockEntry } from '../../domain/lock.ts';
import { systemPackageList } from '../../domain/system-packages.ts';
import type { ServerPorts } from '../ports.ts';
import type { BaseImage } from './base-image.ts';
import type { ServerImage } from './image-request.ts';
import type { WantedServer } from './wanted-server.ts';

/** A lock entry of what was built, before it was proven. */
export function lockEntry(wanted: Pick<WantedServer, 'name' | 'offered' | 'overrides' | 'server'>, version: string, base: BaseImage, image: ServerImage, asOf?: Day): LockEntry {
  const { source } = wanted.offered;
  return {
    source: { type: source.type, package: source.package, ...(source.path === undefined ? {} : { path: source.path }), version, overrides: wanted.overrides, bin: image.bin, ...(asOf === undefined ? {} : { asOf }), ...(wanted.server.source?.dockerfile === undefined ? {} : { dockerfile: wanted.server.source.dockerfile }) },
    dependencies: { file: `${wanted.name}.${image.dependenciesKind}`, sha256: sha256(image.dependencies) },
    base: { image: base.canonical, digest: base.digest },
    template: image.template,
    ...(image.tree === undefined ? {} : { tree: image.tree }),
    systemPackages: systemPackageList(wanted.server.source?.systemPackages ?? []),
    entrypoint: image.entrypoint,
    ...(image.settings === undefined ? {} : { image: image.settings }),
    scripts: wanted.server.permissions.scripts,
    recipe: image.recipe,
    proven: { era: 'legacy', protocolVersion: '', serverVersion: '', tools: {}, at: '', by: '' },
  };
}

export function provenBy(proven: ProvenServer, ports: Pick<ServerPorts, 'clock' | 'version'>): LockEntry['proven'] {
  const { era, protocolVersion, serverVersion, service, tools } = proven;
  return { era, protocolVersion, serverVersion, ...(service === undefined ? {} : { service }), tools, at: new Date(ports.clock.now()).toISOString(), by: `cc-mcp ${ports.version}` };
}
