import { normalizedPypiName } from '../domain/pypi-grammar.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import { CERTIFICATE, NETWORK } from './diagnosis.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { PypiConfiguration } from './pypi-configuration.ts';
import { indexesOf } from './pypi-settings.ts';
import { hasCredentials, hostOf } from './registry-address.ts';

export interface PypiFailureContext {
  readonly package: string;
  /** What was asked for: `0.3.0`, or a range. */
  readonly version: string | undefined;
}

const NONE: PypiConfiguration = { index: undefined, extra: [] };

/** What uv's output says of why it failed; undefined when it says nothing that we know. */
export function explainUvFailure(output: readonly string[], context?: PypiFailureContext, indexes: PypiConfiguration = NONE): Diagnosis | undefined {
  const text = plain(output);
  for (const explain of RULES) {
    const diagnosis = explain(text, context, indexes);
    if (diagnosis !== undefined) return diagnosis;
  }
  return undefined;
}

/** uv wraps its sentences and decorates them with a tree. */
function plain(output: readonly string[]): string {
  return sanitizeLine(output.map((line) => line.replaceAll(/[╰─▶×│├]/gu, ' ')).join(' ').replaceAll(/\s+/g, ' '), 8000);
}

const NAME = '[A-Za-z0-9][A-Za-z0-9._-]*?';
const SPEC = '(?:\\[[^\\]]*\\])?(?:(?:===?|~=|!=|<=|>=|<|>)[^ ]+?)?';

const RULES: readonly ((text: string, context: PypiFailureContext | undefined, indexes: PypiConfiguration) => Diagnosis | undefined)[] = [unauthorized, network, missing, tooNew, noWheel, hashMismatch, buildBroke, contradiction];

function unauthorized(text: string, context: PypiFailureContext | undefined, indexes: PypiConfiguration): Diagnosis | undefined {
  const status = /returned an? (40[13])|\((401) Unauthorized\)|status client error \((40[13])/.exec(text)?.slice(1).find((part) => part !== undefined);
  if (status === undefined) return undefined;
  const host = /https?:\/\/(?:[^/@\s`]*@)?([^/\s`)]+)/.exec(text)?.[1];
  const named = indexesOf(indexes).filter((address) => host === undefined || hostOf(address) === host);
  return indexRefuses(host ?? named.map(hostOf)[0], context?.package, status, named.some(hasCredentials));
}

/** Which index it is, and where its credentials go. */
export function indexRefuses(host: string | undefined, packageName: string | undefined, status: string, known: boolean): Diagnosis {
  const [index, what] = [host ?? 'The Python package index', packageName === undefined ? '' : `: pypi:${packageName}`];
  return {
    code: 'SOURCE_UNREACHABLE',
    message: !known && status === '403' ? `${index} refuses us (HTTP 403), and your configuration has no credentials for it${what}` : known ? `${index} refuses what your configuration has for it (HTTP ${status})${what}` : `${index} wants credentials, and your configuration has none for it${what}`,
    suggestions: [`Write them into ~/.netrc: machine ${(host ?? 'HOST').replace(/:\d+$/, '')} login USER password TOKEN`, 'or into the address of the index in uv.toml or pip.conf'],
  };
}

function network(text: string): Diagnosis | undefined {
  if (/invalid peer certificate|certificate verify failed|UnknownIssuer/i.test(text)) return { ...CERTIFICATE, message: 'The Python package index shows a certificate that is not trusted here' };
  const failed = /Request failed after (\d+) retries|Failed to fetch|error sending request|Could not connect/i.exec(text);
  if (failed === null) return undefined;
  const status = /\((\d{3}) [A-Z][A-Za-z ]+\)/.exec(text)?.[1];
  const host = /Failed to fetch: `?https?:\/\/(?:[^/@\s`]*@)?([^/\s`]+)/.exec(text)?.[1] ?? 'The Python package index';
  const reason = status !== undefined ? `HTTP ${status}` : /dns error/.test(text) ? 'its name is not known' : /timed out/.test(text) ? 'no answer in time' : /[Cc]onnection refused/.test(text) ? 'connection refused' : 'no connection';
  return { ...NETWORK, message: `${host} does not answer: ${reason}` };
}

/** A package or a version that is not there, and who wanted it. */
function missing(text: string, context: PypiFailureContext | undefined): Diagnosis | undefined {
  const gone = new RegExp(`(?:Because|because) (${NAME}) was not found in the (?:package registry|provided package locations)`).exec(text)?.[1];
  if (gone !== undefined) {
    if (isAsked(gone, context)) return { code: 'PACKAGE_NOT_FOUND', message: `There is no PyPI package ${context?.package}`, suggestions: [`cc-mcp search ${context?.package}`] };
    return { code: 'RESOLUTION_FAILED', message: `${gone}, wanted by ${dependentOf(gone, text, context)}, is not in the index`, suggestions: ['Try an older version of the package'] };
  }
  const [, name, spec = ''] = new RegExp(`there (?:is|are) no versions? of (${NAME})(${SPEC})(?= and| or|,|$)`).exec(text) ?? [];
  if (name !== undefined) return noSuchVersion(name, spec, text, context);
  const [, only] = new RegExp(`only (?:the following versions of )?(${NAME})(?:(?:==|<=|>=|<|>)[^ ]+)? (?:is|are) available`).exec(text) ?? [];
  // It is there, as a source alone.
  if (only === undefined || new RegExp(`(?:and|Because|because) (?:all versions of )?${escape(only)}${SPEC} (?:has|have) no usable wheels`).test(text)) return undefined;
  const wanted = isAsked(only, context) ? context?.version : new RegExp(`depends on ${escape(only)}(${SPEC})(?= and| or|,|$)`).exec(text)?.[1];
  return noSuchVersion(only, wanted ?? '', text, context);
}

function noSuchVersion(name: string, spec: string, text: string, context: PypiFailureContext | undefined): Diagnosis {
  if (isAsked(name, context)) {
    return { code: 'VERSION_NOT_FOUND', message: `pypi:${context?.package} has no version ${context?.version ?? spec}`, suggestions: [`pypi:${context?.package}`] };
  }
  const exact = /^==([^*,]+)$/.exec(spec)?.[1];
  return {
    code: 'RESOLUTION_FAILED', message: `${name}${spec}, wanted by ${dependentOf(name, text, context)}, does not exist`,
    suggestions: [`Try another version of it: --override '${name}${exact === undefined ? '>=VERSION' : `>=${exact}`}'`],
  };
}

/** A version that the base image's Python is too new or too old for. */
function tooNew(text: string): Diagnosis | undefined {
  const [, name, spec = '', tag] = new RegExp(`(?:Because|because|and) (?:all versions of )?(${NAME})(${SPEC}) (?:has|have) no wheels with a matching (Python(?: ABI| version)? tag|platform tag)`).exec(text) ?? [];
  if (name === undefined) return undefined;
  const what = tag === 'platform tag' ? 'platform' : 'Python';
  return { code: 'RESOLUTION_FAILED', message: `${name}${spec} has no wheel for the ${what} of the base image`, suggestions: [`Try another version of it: --override '${name}>=VERSION'`] };
}

function noWheel(text: string): Diagnosis | undefined {
  const found = sourceIn(text);
  if (found === undefined) return undefined;
  return {
    code: 'RESOLUTION_FAILED', message: `${found} has no wheel: its source would have to run code of its own to be built`,
    suggestions: [`Try another version of it: --override '${/^[A-Za-z0-9._-]+/.exec(found)?.[0]}>=VERSION'`, 'or let it run that code in the build, without your files and without network: --allow-scripts'],
  };
}

/** What uv can only have as a source: `NAME`, or with its versions. */
export function onlyAsSource(output: readonly string[]): string | undefined {
  return sourceIn(plain(output));
}

function sourceIn(text: string): string | undefined {
  const [, name, spec = ''] = new RegExp(`(?:Because|because|and) (?:all versions of )?(${NAME})(${SPEC}) (?:has|have) no usable wheels`).exec(text) ?? [];
  return name === undefined ? undefined : `${name}${spec}`;
}

function hashMismatch(text: string): Diagnosis | undefined {
  const name = /Hash mismatch for `?([^`\s]+)/.exec(text)?.[1];
  return name === undefined ? undefined : { code: 'BUILD_FAILED', message: `The archive of ${name} is not the one of the lock`, suggestions: ['The index changed it, or something between changed it: do not install it'] };
}

function buildBroke(text: string): Diagnosis | undefined {
  const name = /Failed to (?:build|download and build) `?([^`\s]+)/.exec(text)?.[1];
  return name === undefined ? undefined : { code: 'RESOLUTION_FAILED', message: `${name} could not be built from its source`, suggestions: ['Try a version that has a wheel with --override'] };
}

function contradiction(text: string): Diagnosis | undefined {
  const sentence = /[Bb]ecause (.+?), we can conclude/.exec(text)?.[1];
  return sentence === undefined ? undefined : { code: 'RESOLUTION_FAILED', message: `The dependencies contradict each other: ${sentence}`, suggestions: ["Choose one version with --override 'NAME>=VERSION'"] };
}

function dependentOf(name: string, text: string, context: PypiFailureContext | undefined): string {
  const [, dependent, spec = ''] = new RegExp(`(?:and|because|Because) (?:all versions of )?(${NAME})(${SPEC}) depends on ${escape(name)}(?=[\\s<>=!~\\[,]|$)`).exec(text) ?? [];
  if (dependent === undefined) return context === undefined ? 'a dependency' : `a dependency of ${context.package}`;
  return isAsked(dependent, context) ? `${dependent} ${context?.version ?? ''}`.trim() : `${dependent}${spec}`;
}

function isAsked(name: string, context: PypiFailureContext | undefined): boolean {
  return context !== undefined && normalizedPypiName(name) === normalizedPypiName(context.package);
}

function escape(name: string): string {
  return name.replaceAll('.', '\\.');
}
