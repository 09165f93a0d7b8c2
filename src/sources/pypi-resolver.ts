import { endOf } from '../domain/day.ts';
import type { Day } from '../domain/day.ts';
import { CcMcpError } from '../domain/errors.ts';
import { exactPypiVersion, isPypiVersion, parsePypiOverride, pypiSpecifiers } from '../domain/pypi-grammar.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { Executable, LockRequest, ResolvedPackage } from '../domain/source.ts';
import type { ToolContainers, ToolResult } from '../domain/tool-container.ts';
import { failureOf } from './diagnosis.ts';
import type { PypiConfiguration } from './pypi-configuration.ts';
import { explainUvFailure } from './pypi-failure.ts';
import type { PypiFailureContext } from './pypi-failure.ts';
import { isFetchedBefore, uvIn } from './pypi-settings.ts';

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
  const lines = result.output.split('\n');
  const text = result.files.get('pylock.toml');
  if (result.exitCode === 0 && text !== undefined) return { ...describe(new TextDecoder().decode(text), name), hasInstallScripts: false };
  // It exists; whether its source may be built is for the lock to say.
  if (exact !== undefined && /has no usable wheels/.test(result.output)) return { type: 'pypi', package: name, version: exact, description: '', executables: [], hasInstallScripts: true };
  throw failed(result, lines, { package: name, version: range }, configuration);
}

function describe(pylock: string, name: string): Omit<ResolvedPackage, 'hasInstallScripts'> {
  const version = /^version = "([^"]+)"$/m.exec(pylock)?.[1];
  if (version === undefined || !isPypiVersion(version)) throw new CcMcpError('RESOLUTION_FAILED', `uv named no version of pypi:${name}`, { details: { package: name } });
  const publishedAt = /\bupload-time = (\d{4}-\d\d-\d\dT[\d:.]+Z)/.exec(pylock)?.[1];
  return { type: 'pypi', package: name, version, description: '', executables: [], ...(publishedAt === undefined ? {} : { publishedAt: new Date(publishedAt).toISOString() }) };
}

const COMPILE = ['uv', 'pip', 'compile', '--quiet', '--universal', '--generate-hashes', '--no-header', '--no-annotate', '--override', 'overrides.in', '--output-file', 'requirements.txt'];

export interface PypiTree {
  readonly content: string;
  readonly executables: readonly Executable[];
}

/**
 * Resolves the tree and, beside it, unpacks the one wheel to see what it puts into `bin`. Without `--no-build` uv builds sources
 * for both, which runs their code in this container: never where that has credentials.
 */
export async function resolvePypiTree(containers: ToolContainers, configuration: PypiConfiguration, request: LockRequest, onLine: (line: string) => void, signal?: AbortSignal): Promise<PypiTree> {
  const { resolved, overrides, baseImage, allowScripts, asOf } = request;
  const requirements = overrides.flatMap((text) => parsePypiOverride(text)?.requirement ?? []);
  const result = await containers.run({
    image: baseImage, command: ['sh', '-c', treeScript(allowScripts && !isFetchedBefore(configuration), asOf)], outputs: ['requirements.txt', 'executables.txt'],
    files: [
      { path: 'wanted.in', content: encode(`${resolved.package}==${resolved.version}\n`) },
      { path: 'overrides.in', content: encode(requirements.map((requirement) => `${requirement}\n`).join('')) },
    ],
    ...uvIn(configuration, 30), timeLimit: TREE_SECONDS,
  }, onLine, signal);
  const content = result.files.get('requirements.txt');
  if (result.exitCode !== 0 || content === undefined) throw failed(result, result.output.split('\n'), resolved, configuration);
  const names = new TextDecoder().decode(result.files.get('executables.txt') ?? new Uint8Array()).split('\n');
  return { content: new TextDecoder().decode(content), executables: names.filter((name) => /^[A-Za-z0-9_][A-Za-z0-9._-]{0,199}$/.test(name)).sort().map((name) => ({ name, target: name })) };
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
  const lines = (list: readonly string[]): Uint8Array => encode(list.map((line) => `${line}\n`).join(''));
  const result = await containers.run({
    image: baseImage, command: [...COMPILE, ...(allowScripts && !isFetchedBefore(configuration) ? [] : ['--no-build']), 'wanted.in'], outputs: ['requirements.txt'],
    files: [{ path: 'wanted.in', content: lines(requirements) }, { path: 'overrides.in', content: lines(overrides) }],
    ...uvIn(configuration, 30), timeLimit: TREE_SECONDS,
  }, onLine, signal);
  const content = result.files.get('requirements.txt');
  if (result.exitCode !== 0 || content === undefined) throw failed(result, result.output.split('\n'), { package: what, version: undefined }, configuration);
  return new TextDecoder().decode(content);
}

function treeScript(allowScripts: boolean, asOf: Day | undefined): string {
  const build = `${allowScripts ? '' : '--no-build'}${asOf === undefined ? '' : ` --exclude-newer ${endOf(asOf)}`}`;
  return [
    `uv pip install --quiet ${build} --no-deps --target wheel -r wanted.in >install.log 2>&1 & install=$!`,
    `${COMPILE.join(' ')} ${build} wanted.in || exit 1`,
    'wait $install || { cat install.log; exit 1; }',
    'if [ -d wheel/bin ]; then ls wheel/bin >executables.txt; fi',
  ].join('\n');
}

function failed({ exitCode, oomKilled }: ToolResult, lines: readonly string[], context: PypiFailureContext, configuration: PypiConfiguration): CcMcpError {
  const what = `${context.package} ${context.version ?? ''}`.trim();
  if (oomKilled) return failureOf({ code: 'RESOLUTION_FAILED', message: `uv ran out of memory while it resolved ${what}`, suggestions: [] }, context.package, lines);
  const last = lines.map((line) => sanitizeLine(line, 200)).findLast((line) => line !== '');
  const diagnosis = explainUvFailure(lines, context, configuration) ?? { code: 'RESOLUTION_FAILED', message: `uv could not resolve ${what} (exit ${exitCode})${last === undefined ? '' : `: ${last}`}`, suggestions: [] };
  return failureOf(diagnosis, context.package, lines);
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
