import { endOf } from '../domain/day.ts';
import type { Day } from '../domain/day.ts';
import { CcMcpError } from '../domain/errors.ts';
import { exactPypiVersion, isPypiVersion, normalizedPypiName, parsePypiOverride, pypiSpecifiers } from '../domain/pypi-grammar.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { Executable, LockRequest, ResolvedPackage } from '../domain/source.ts';
import type { ToolContainers, ToolResult } from '../domain/tool-container.ts';
import { failureOf } from './diagnosis.ts';
import type { PypiConfiguration } from './pypi-configuration.ts';
import { explainUvFailure, onlyAsSource } from './pypi-failure.ts';
import type { PypiFailureContext } from './pypi-failure.ts';
import { uvIn } from './pypi-settings.ts';
import { buildSources, fetchSources } from './python-sources.ts';
import type { BuiltWheel, BuiltWheels, SourcesRequest } from './python-sources.ts';

const VERSION_SECONDS = 60;
const TREE_SECONDS = 300;
const VERSION = ['uv', 'pip', 'compile', '--quiet', '--no-build', '--no-deps', '--no-header', '--format', 'pylock.toml', '--output-file', 'pylock.toml', 'wanted.in'];

/** Asks the index for the exact version, through uv: only uv knows where its index is. Nothing of the package runs. */
export async function resolvePypiVersion(containers: ToolContainers, configuration: PypiConfiguration, wanted: { readonly name: string; readonly range: string | undefined; readonly image: string }, signal?: AbortSignal): Promise<ResolvedPackage> {
  const { name, range, image } = wanted;
  const exact = range === undefined ? undefined : exactPypiVersion(range);
  const result = await containers.run({
    image, command: VERSION, files: [{ path: 'wanted.in', content: encode(`${name}${pypiSpecifiers(range ?? 'latest') ?? ''}\n`) }], outputs: ['pylock.toml'],
    // A question that somebody waits for: three tries in some 20 s.
    ...uvIn(configuration, 5), timeLimit: VERSION_SECONDS,
  }, () => {}, signal);
  const said = result.output.split('\n');
  const text = result.files.get('pylock.toml');
  if (result.exitCode === 0 && text !== undefined) return { ...describe(new TextDecoder().decode(text), name), hasInstallScripts: false };
  // It exists; whether its source may be built is for the lock to say.
  if (exact !== undefined && /has no usable wheels/.test(result.output)) return { type: 'pypi', package: name, version: exact, description: '', executables: [], hasInstallScripts: true };
  throw failed(result, said, { package: name, version: range }, configuration);
}

function describe(pylock: string, name: string): Omit<ResolvedPackage, 'hasInstallScripts'> {
  const version = /^version = "([^"]+)"$/m.exec(pylock)?.[1];
  if (version === undefined || !isPypiVersion(version)) throw new CcMcpError('RESOLUTION_FAILED', `uv named no version of pypi:${name}`, { details: { package: name } });
  const publishedAt = /\bupload-time = (\d{4}-\d\d-\d\dT[\d:.]+Z)/.exec(pylock)?.[1];
  return { type: 'pypi', package: name, version, description: '', executables: [], ...(publishedAt === undefined ? {} : { publishedAt: new Date(publishedAt).toISOString() }) };
}

export interface PypiTree {
  readonly content: string;
  readonly executables: readonly Executable[];
}

/** Resolves the tree and, beside it, unpacks the one wheel to see what it puts into `bin`. */
export async function resolvePypiTree(containers: ToolContainers, configuration: PypiConfiguration, request: LockRequest, onLine: (line: string) => void, signal?: AbortSignal): Promise<PypiTree> {
  const { resolved, overrides, baseImage, allowScripts, asOf } = request;
  const { content, executables } = await compile({ containers, configuration, image: baseImage, package: resolved.package }, {
    what: resolved, requirements: [`${resolved.package}==${resolved.version}`], overrides: overrides.flatMap((text) => parsePypiOverride(text)?.requirement ?? []), allowScripts, asOf, unpack: true,
  }, onLine, signal);
  const names = new TextDecoder().decode(executables ?? new Uint8Array()).split('\n');
  return { content, executables: names.filter((name) => /^[A-Za-z0-9_][A-Za-z0-9._-]{0,199}$/.test(name)).sort().map((name) => ({ name, target: name })) };
}

export interface RequirementsRequest {
  /** For messages. */
  readonly what: string;
  /** PEP 508, one each. */
  readonly requirements: readonly string[];
  readonly overrides: readonly string[];
  readonly baseImage: string;
  readonly allowScripts: boolean;
}

/** The tree of a project's own requirements: what a folder wants from the index. */
export async function resolveRequirements(containers: ToolContainers, configuration: PypiConfiguration, request: RequirementsRequest, onLine: (line: string) => void, signal?: AbortSignal): Promise<string> {
  const { what, requirements, overrides, baseImage, allowScripts } = request;
  const { content } = await compile({ containers, configuration, image: baseImage, package: what }, {
    what: { package: what, version: undefined }, requirements, overrides, allowScripts, asOf: undefined, unpack: false,
  }, onLine, signal);
  return content;
}

interface Compile {
  readonly what: PypiFailureContext;
  readonly requirements: readonly string[];
  readonly overrides: readonly string[];
  readonly allowScripts: boolean;
  readonly asOf: Day | undefined;
  /** Whether the entry points of the one requirement are wanted too. */
  readonly unpack: boolean;
}

/** Trees with more sources than this are given up. */
const MOST_SOURCES = 8;

/**
 * uv builds no source, because it would do so where the network and the credentials are. What it can only have as one is, where that is
 * allowed, made into a wheel elsewhere, and uv asked again.
 */
async function compile(request: SourcesRequest, wanted: Compile, onLine: (line: string) => void, signal?: AbortSignal): Promise<{ readonly content: string; readonly executables: Uint8Array | undefined }> {
  const { containers, configuration, image } = request;
  const built: BuiltWheels[] = [];
  for (;;) {
    const result = await containers.run({
      ...uvIn(configuration, 30), image, command: ['sh', '-c', treeScript(wanted, built.length > 0)], outputs: ['requirements.txt', 'executables.txt'], timeLimit: TREE_SECONDS,
      files: [
        { path: 'wanted.in', content: lines(wanted.requirements) }, { path: 'overrides.in', content: lines(wanted.overrides) },
        ...built.map(({ archive }, index) => ({ path: `built-${index}.tar`, content: archive })),
      ],
    }, onLine, signal);
    const content = result.files.get('requirements.txt');
    if (result.exitCode === 0 && content !== undefined) {
      return { content: withSourceHashes(new TextDecoder().decode(content), built.flatMap(({ wheels }) => wheels)), executables: result.files.get('executables.txt') };
    }
    const said = result.output.split('\n');
    const source = wanted.allowScripts && !result.oomKilled ? onlyAsSource(said) : undefined;
    const fetched = source === undefined || built.length === MOST_SOURCES ? undefined : await fetchSources(request, [source], undefined, onLine, signal, wanted.asOf);
    const known = built.some(({ wheels }) => wheels.some(({ hash }) => fetched?.sources.some((one) => one.hash === hash)));
    if (fetched === undefined || known) throw failed(result, said, wanted.what, configuration);
    built.push(await buildSources(request, fetched, onLine, signal));
  }
}

/** The hash of what the index has, in the place of that of a wheel which its code made here. */
function withSourceHashes(content: string, wheels: readonly BuiltWheel[]): string {
  return wheels.reduce((text, { name, version, hash }) => text.replaceAll(/^([A-Za-z0-9._-]+)==(\S+)((?: ;[^\\\n]*)?) \\\n(?: {4}--hash=\S+(?: \\)?\n)+/gm, (whole: string, its: string, itsVersion: string, marker: string) =>
    (normalizedPypiName(its) === normalizedPypiName(name) && itsVersion === version ? `${its}==${itsVersion}${marker} \\\n    --hash=sha256:${hash}\n` : whole)), content);
}

function treeScript({ asOf, unpack }: Compile, hasBuilt: boolean): string {
  const options = `--no-build${asOf === undefined ? '' : ` --exclude-newer ${endOf(asOf)}`}${hasBuilt ? ' --find-links built' : ''}`;
  return [
    ...(hasBuilt ? ['mkdir built; for tar in built-*.tar; do tar -xf "$tar" -C built; done'] : []),
    ...(unpack ? [`uv pip install --quiet ${options} --no-deps --target wheel -r wanted.in >install.log 2>&1 & install=$!`] : []),
    `uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --override overrides.in --output-file requirements.txt ${options} wanted.in || exit 1`,
    ...(unpack ? ['wait $install || { cat install.log; exit 1; }', 'if [ -d wheel/bin ]; then ls wheel/bin >executables.txt; fi'] : []),
  ].join('\n');
}

function lines(list: readonly string[]): Uint8Array {
  return encode(list.map((line) => `${line}\n`).join(''));
}

function failed({ exitCode, oomKilled }: ToolResult, said: readonly string[], context: PypiFailureContext, configuration: PypiConfiguration): CcMcpError {
  const what = `${context.package} ${context.version ?? ''}`.trim();
  if (oomKilled) return failureOf({ code: 'RESOLUTION_FAILED', message: `uv ran out of memory while it resolved ${what}`, suggestions: [] }, context.package, said);
  const last = said.map((line) => sanitizeLine(line, 200)).findLast((line) => line !== '');
  const diagnosis = explainUvFailure(said, context, configuration) ?? { code: 'RESOLUTION_FAILED', message: `uv could not resolve ${what} (exit ${exitCode})${last === undefined ? '' : `: ${last}`}`, suggestions: [] };
  return failureOf(diagnosis, context.package, said);
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
