import { valid } from 'semver';
import type { OpenedSource, ResolvedPackage } from '../../domain/source.ts';
import type { InstallPorts } from '../ports.ts';
import { reportStep } from '../report-step.ts';
import type { WantedServer } from './wanted-server.ts';

export interface Resolution {
  readonly version: string;
  /** What the registry says of it; asked once, and only when somebody wants to know. */
  details(): Promise<ResolvedPackage>;
}

/** The exact version. The index names exact ones, and then no registry is asked for what may be built already. */
export async function resolveVersion(ports: InstallPorts, wanted: WantedServer, source: OpenedSource, signal: AbortSignal): Promise<Resolution> {
  const { package: name, version: range } = wanted.offered.source;
  const { deprecated } = wanted.offered;
  if (deprecated !== undefined) ports.progress.report({ type: 'warning', text: `${wanted.offered.name} is deprecated: ${deprecated.reason}. Instead: ${deprecated.replacement}` });
  let answer: Promise<ResolvedPackage> | undefined;
  const details = (): Promise<ResolvedPackage> => (answer ??= ask(ports, wanted, source, name, range, signal));
  return wanted.fromIndex && range !== undefined && (valid(range) !== null || /^\d+(\.\d+)*$/.test(range)) ? { version: range, details } : { version: (await details()).version, details };
}

async function ask(ports: InstallPorts, wanted: WantedServer, source: OpenedSource, name: string, range: string | undefined, signal: AbortSignal): Promise<ResolvedPackage> {
  const step = { step: 'resolve', label: `Looking up ${wanted.offered.source.type}:${name}`, done: ({ version }: ResolvedPackage) => `Found ${name} ${version}` } as const;
  const resolved = await reportStep(ports, step, () => source.resolve(name, range, signal));
  if (resolved.deprecated !== undefined && wanted.offered.deprecated === undefined) ports.progress.report({ type: 'warning', text: `${name} ${resolved.version} is deprecated: ${resolved.deprecated}` });
  return resolved;
}
