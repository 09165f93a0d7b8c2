import { posix } from 'node:path';
import { CcMcpError } from '../../domain/errors.ts';
import type { ManifestScope } from '../../domain/manifest.ts';
import { parseDay } from '../../domain/day.ts';
import type { ServiceTransport } from '../../domain/service.ts';
import { systemPackageList } from '../../domain/system-packages.ts';
import type { InstallRequest } from '../../servers/install/install-request.ts';
import type { GivenValue } from '../secret-values.ts';

export interface RequestFlags {
  readonly 'allow-read'?: readonly string[] | undefined;
  readonly 'allow-write'?: readonly string[] | undefined;
  readonly 'allow-net': boolean;
  readonly 'allow-env'?: readonly string[] | undefined;
  readonly 'allow-scripts': boolean;
  readonly dockerfile?: string | undefined;
  readonly 'build-network': boolean;
  readonly 'with-control-files': boolean;
  readonly volume?: readonly string[] | undefined;
  readonly network?: string | undefined;
  readonly memory?: string | undefined;
  readonly cpus?: string | undefined;
  readonly pids?: number | undefined;
  readonly bin?: string | undefined;
  readonly override?: readonly string[] | undefined;
  readonly 'as-of'?: string | undefined;
  readonly 'no-as-of': boolean;
  readonly 'system-package'?: readonly string[] | undefined;
  readonly transport?: ServiceTransport | undefined;
  readonly port?: number | undefined;
  readonly path?: string | undefined;
}

type Requested = Pick<InstallRequest, 'bin' | 'overrides' | 'systemPackages' | 'asOf' | 'dockerfile' | 'arguments' | 'grants' | 'values' | 'volumes' | 'network' | 'service' | 'limits'>;

/** Flags as the use case's words. `hosts`: of `--allow-net=HOST`. */
export function requested(flags: RequestFlags, values: readonly GivenValue[], serverArguments: readonly string[], hosts: readonly string[]): Requested {
  if (hosts.length > 0 && (flags['allow-net'] || flags.network !== undefined)) {
    throw new CcMcpError('USAGE', `--allow-net=${hosts.join(',')} and ${flags['allow-net'] ? '--allow-net' : '--network'} exclude each other: a server has one network`);
  }
  if (flags['build-network'] && flags.dockerfile === undefined) throw new CcMcpError('USAGE', '--build-network is for the steps of a --dockerfile', { suggestions: ['--dockerfile FILE --build-network'] });
  return {
    overrides: flags.override ?? [],
    arguments: serverArguments,
    values,
    volumes: flags.volume ?? [],
    grants: {
      read: flags['allow-read'] ?? [], write: flags['allow-write'] ?? [], net: hosts.length > 0 ? hosts : flags['allow-net'], env: flags['allow-env'] ?? [],
      scripts: flags['allow-scripts'], controlFiles: flags['with-control-files'],
    },
    limits: {
      ...(flags.memory === undefined ? {} : { memory: flags.memory }),
      ...(flags.cpus === undefined ? {} : { cpus: flags.cpus }),
      ...(flags.pids === undefined ? {} : { pids: flags.pids }),
    },
    ...(flags['system-package'] === undefined ? {} : { systemPackages: systemPackageList(flags['system-package']) }),
    ...(flags['as-of'] === undefined ? {} : { asOf: parseDay(flags['as-of'], Date.now()) }),
    ...(flags['no-as-of'] ? { asOf: false as const } : {}),
    ...(flags.dockerfile === undefined ? {} : { dockerfile: { path: posix.normalize(flags.dockerfile), network: flags['build-network'] } }),
    ...(flags.bin === undefined ? {} : { bin: flags.bin }),
    ...(flags.network === undefined ? {} : { network: flags.network }),
    ...serviceOf(flags),
  };
}

/** Each alone says that the server listens. */
function serviceOf({ transport, port, path }: RequestFlags): Pick<Requested, 'service'> {
  const service = { ...(transport === undefined ? {} : { transport }), ...(port === undefined ? {} : { port }), ...(path === undefined ? {} : { path }) };
  return Object.keys(service).length === 0 ? {} : { service };
}

/** Of `--allow-env`: the server sees them, what is printed does not. */
export function allowedValues(flags: Pick<RequestFlags, 'allow-env'>): readonly GivenValue[] {
  return (flags['allow-env'] ?? []).map((name) => ({ name, value: undefined }));
}

export interface ScopeFlags {
  readonly manifest?: string | undefined;
  readonly global?: boolean;
  readonly project?: boolean;
}

/** `--global`, `--project` or `--manifest`: at most one of them says which mcp.json. */
export function scopeOf({ manifest, global, project }: ScopeFlags): ManifestScope | undefined {
  const given = [...(manifest === undefined ? [] : ['--manifest']), ...(global === true ? ['--global'] : []), ...(project === true ? ['--project'] : [])];
  if (given.length > 1) throw new CcMcpError('USAGE', `${given.join(' and ')} exclude each other: each says which mcp.json`);
  return global === true ? 'global' : project === true ? 'project' : undefined;
}
