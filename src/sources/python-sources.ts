import { parse } from 'smol-toml';
import { endOf } from '../domain/day.ts';
import type { Day } from '../domain/day.ts';
import { CcMcpError } from '../domain/errors.ts';
import { normalizedPypiName } from '../domain/pypi-grammar.ts';
import type { ToolContainers, ToolResult } from '../domain/tool-container.ts';
import { failureOf } from './diagnosis.ts';
import type { PypiConfiguration } from './pypi-configuration.ts';
import { explainUvFailure } from './pypi-failure.ts';
import { uvIn } from './pypi-settings.ts';
import { BUILD_SOURCES, FETCH_SOURCES, READ_SOURCES } from './python-sources-script.ts';
import { parsePylock } from './schema.ts';

export interface PythonSource {
  readonly name: string;
  readonly version: string;
  /** SHA-256 (hex) of its archive. */
  readonly hash: string;
}

/** Archives of sources, each with the packages that its build wants. Nothing of them has run. */
export interface FetchedSources {
  readonly sources: readonly PythonSource[];
  readonly archive: Uint8Array;
}

export interface BuiltWheel extends PythonSource {
  /** SHA-256 (hex) of the wheel that its code made. */
  readonly wheel: string;
}

export interface BuiltWheels {
  readonly wheels: readonly BuiltWheel[];
  /** A tar of the files. */
  readonly archive: Uint8Array;
}

export interface SourcesRequest {
  readonly containers: ToolContainers;
  readonly configuration: PypiConfiguration;
  readonly image: string;
  /** For messages. */
  readonly package: string;
}

const FETCH_SECONDS = 300;
const BUILD_SECONDS = 900;

/**
 * Fetches the sources of these requirements (`NAME==VERSION`, or a range) from the index, with the user's credentials. `locked`: of a
 * lock, where a source is what has no wheel that the lock names.
 */
export async function fetchSources(request: SourcesRequest, requirements: readonly string[], locked: ReadonlySet<string> | undefined, onLine: (line: string) => void, signal?: AbortSignal, asOf?: Day): Promise<FetchedSources> {
  const { containers, configuration, image } = request;
  // uv asks no source for what it is told of here, so that it builds none.
  const told = requirements.map((text) => `[[dependency-metadata]]\nname = ${JSON.stringify(/^[A-Za-z0-9._-]+/.exec(text)?.[0] ?? '')}\nrequires-dist = []\n`);
  const uv = uvIn(configuration, 30);
  const result = await containers.run({
    ...uv, environment: { ...uv.environment, CC_MCP_AS_OF: asOf === undefined ? '' : endOf(asOf) }, image, command: ['sh', '-c', FETCH_SOURCES], outputs: ['pylock.toml', 'sources.tar', 'fetched.txt'], timeLimit: FETCH_SECONDS,
    files: [
      { path: 'wanted.in', content: encode(requirements.map((line) => `${line}\n`).join('')) }, { path: 'told.toml', content: encode([...new Set(told)].join('')) },
      { path: 'locked.txt', content: encode(locked === undefined ? '' : [...locked].join('\n')) }, { path: 'read.py', content: encode(READ_SOURCES) },
    ],
  }, onLine, signal);
  const [pylock, archive, fetched] = ['pylock.toml', 'sources.tar', 'fetched.txt'].map((name) => result.files.get(name));
  if (result.exitCode !== 0 || pylock === undefined || archive === undefined) throw failed(result, request);
  const hashes = new Set(new TextDecoder().decode(fetched).split('\n'));
  const sources = parsePylock(parse(new TextDecoder().decode(pylock))).packages.flatMap(({ name, version, sdist }) => (sdist !== undefined && hashes.has(sdist.hashes.sha256) ? [{ name, version, hash: sdist.hashes.sha256 }] : []));
  return { sources, archive };
}

/** Has a stranger's code make wheels of its sources: without network, credentials, proxies, or the cache of anything else. */
export async function buildSources(request: SourcesRequest, { sources, archive }: FetchedSources, onLine: (line: string) => void, signal?: AbortSignal): Promise<BuiltWheels> {
  const result = await request.containers.run({
    image: request.image, command: ['sh', '-c', BUILD_SOURCES], outputs: ['wheels.tar', 'hashes.txt'], timeLimit: BUILD_SECONDS, network: 'none',
    environment: { UV_NO_CONFIG: '1', UV_OFFLINE: '1', UV_PYTHON_DOWNLOADS: 'never', UV_NO_PROGRESS: '1' }, files: [{ path: 'sources.tar', content: archive }],
  }, onLine, signal);
  const [wheels, hashes] = ['wheels.tar', 'hashes.txt'].map((name) => result.files.get(name));
  if (result.exitCode !== 0 || wheels === undefined) throw failed(result, request);
  const made = [...new TextDecoder().decode(hashes).matchAll(/^([0-9a-f]{64}) {2}([A-Za-z0-9_.]+)-([^-\n]+)-[^\n]*\.whl$/gm)].map(([, wheel = '', name = '', version = '']) => ({ wheel, name: normalizedPypiName(name), version }));
  return {
    archive: wheels,
    wheels: sources.map((source) => {
      const wheel = made.find(({ name, version }) => name === normalizedPypiName(source.name) && version === source.version)?.wheel;
      if (wheel !== undefined) return { ...source, wheel };
      throw new CcMcpError('BUILD_FAILED', `The source of ${source.name} ${source.version} made no wheel of that name and version`, { details: { package: request.package } });
    }),
  };
}

function failed({ output, exitCode }: ToolResult, request: SourcesRequest): CcMcpError {
  const lines = output.split('\n');
  const said = lines.findLast((line) => line.startsWith('cc-mcp: '))?.slice('cc-mcp: '.length);
  const diagnosis = said === undefined ? explainUvFailure(lines, { package: request.package, version: undefined }, request.configuration) : { code: 'RESOLUTION_FAILED' as const, message: said, suggestions: ['Try a version that has a wheel with --override'] };
  return failureOf(diagnosis ?? { code: 'RESOLUTION_FAILED', message: `A source that ${request.package} needs could not be built (exit ${exitCode})`, suggestions: ['Try a version that has a wheel with --override'] }, request.package, lines);
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
