import type { ArchiveFile } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import { endOf } from '../domain/day.ts';
import type { Day } from '../domain/day.ts';
import { parseNpmOverride } from '../domain/npm-grammar.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { LockRequest } from '../domain/source.ts';
import type { ToolContainers, ToolResult } from '../domain/tool-container.ts';
import { failureOf } from './diagnosis.ts';
import type { NpmConfiguration } from './npm-configuration.ts';
import { explainNpmFailure } from './npm-failure.ts';
import { lockFromNpm } from './npm-lock-from-npm.ts';
import type { ResolvedTree } from './npm-lock-from-npm.ts';
import { npmIn, npmrcFile } from './npm-settings.ts';
import { parseNpmLockFile } from './schema.ts';
import type { NpmLockFile } from './schema.ts';

const COMMAND = [
  'npm', 'install', '--package-lock-only', '--ignore-scripts', '--omit=dev', '--no-audit', '--no-fund', '--no-progress', '--no-update-notifier', '--loglevel=error',
  '--fetch-retries=2', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000', '--fetch-timeout=30000',
];
const SECONDS = 300;

/** Has npm resolve the whole tree in a container. Nothing of any package runs there: npm reads metadata only. */
export async function resolveNpmTree(containers: ToolContainers, configuration: NpmConfiguration, request: LockRequest, onLine: (line: string) => void, signal?: AbortSignal): Promise<ResolvedTree> {
  const { resolved, overrides, baseImage, asOf } = request;
  const what = `${resolved.package} ${resolved.version}`;
  const chosen = Object.fromEntries(overrides.flatMap((text) => {
    const override = parseNpmOverride(text);
    return override === undefined ? [] : [[override.name, override.range]];
  }));
  const lock = await runNpm(containers, configuration, {
    what, package: resolved.package, version: resolved.version, baseImage, files: [], manifest: { private: true, dependencies: { [resolved.package]: resolved.version }, overrides: chosen },
    ...(asOf === undefined ? {} : { asOf }),
  }, onLine, signal);
  return lockFromNpm(lock, resolved.package, resolved.version, new Set(Object.keys(chosen)));
}

export interface NpmRun {
  /** For messages. */
  readonly what: string;
  readonly package: string;
  readonly version?: string;
  readonly baseImage: string;
  readonly asOf?: Day;
  /** `package.json`. */
  readonly manifest: Readonly<Record<string, unknown>>;
  /** Beside it. */
  readonly files: readonly ArchiveFile[];
}

/** `package-lock.json` as npm makes it for a `package.json`, by the user's own configuration. */
export async function runNpm(containers: ToolContainers, configuration: NpmConfiguration, run: NpmRun, onLine: (line: string) => void, signal?: AbortSignal): Promise<NpmLockFile> {
  const result = await containers.run({
    ...npmIn(configuration), image: run.baseImage,
    command: run.asOf === undefined ? COMMAND : [...COMMAND, `--before=${endOf(run.asOf)}`],
    files: [{ path: 'package.json', content: encode(JSON.stringify(run.manifest)) }, npmrcFile(configuration), ...run.files],
    outputs: ['package-lock.json'],
    timeLimit: SECONDS,
  }, onLine, signal);
  return lockFileOf(result, run, configuration);
}

function lockFileOf({ exitCode, oomKilled, output, files }: ToolResult, run: NpmRun, configuration: NpmConfiguration): NpmLockFile {
  const lines = output.split('\n');
  const { what } = run;
  if (oomKilled) throw failureOf({ code: 'RESOLUTION_FAILED', message: `npm ran out of memory while it resolved ${what}`, suggestions: [] }, run.package, lines);
  const content = files.get('package-lock.json');
  if (exitCode === 0 && content !== undefined) return parseNpmLockFile(parseJson(new TextDecoder().decode(content), what));
  const diagnosis = explainNpmFailure(lines, { package: run.package, version: run.version ?? '' }, configuration);
  throw failureOf(diagnosis ?? { code: 'RESOLUTION_FAILED', message: `npm could not resolve ${what} (exit ${exitCode})${lastWords(lines)}`, suggestions: [] }, run.package, lines);
}

function lastWords(lines: readonly string[]): string {
  const last = lines.map((line) => sanitizeLine(line, 200)).findLast((line) => line !== '');
  return last === undefined ? '' : `: ${last}`;
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new CcMcpError('RESOLUTION_FAILED', `npm wrote a lock for ${what} that is not JSON`, { cause: error });
  }
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
