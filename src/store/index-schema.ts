import { z } from 'zod';
import { CcMcpError } from '../domain/errors.ts';
import { parseMemory } from '../domain/limits.ts';
import type { MarketplacePackage } from '../domain/package.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import { isServicePath } from '../domain/service.ts';
import { isSystemPackage } from '../domain/system-packages.ts';

/*
 * The marketplace package format, one JSON document a package. Whoever wrote it, its texts reach a terminal and its names become
 * paths, tags and arguments: texts are sanitized and cut here, names are checked. What is absent asks for nothing.
 */

const MOST = 64;

const line = (limit: number) => z.string().max(limit * 4).transform((text) => sanitizeLine(text, limit));
/** Passed on as it is, so it may hold nothing that would have to be taken out. */
const exact = (limit: number) => z.string().max(limit).refine((text) => !/[\u0000-\u001F\u007F-\u009F]/.test(text), 'has control characters');
const matching = (pattern: RegExp, what: string) => z.string().max(300).regex(pattern, `is not ${what}`);

const packageName = matching(/^[a-z0-9][a-z0-9-]{0,62}$/, 'a package name');
const variableName = matching(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'the name of a variable');
const insidePath = matching(/^\/[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/, 'an absolute path').refine((path) => !path.split('/').includes('..'), 'leads upwards');
const otherUser = matching(/^[1-9]\d{0,9}:[1-9]\d{0,9}$/, 'a numeric user and group other than root');
const imageReference = matching(/^[a-z0-9][a-z0-9._/-]*(?::\d+\/[a-z0-9._/-]+)?(?::[A-Za-z0-9_][A-Za-z0-9._-]*)?(?:@sha256:[0-9a-f]{64})?$/, 'an image reference');
const companionName = matching(/^[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?$/, 'a host name of at most 20 characters');
const memory = z.string().refine(isMemory, 'is not an amount of memory');
const mountOptions = z.string().max(200).regex(/^(?=.*(?:^|,)size=\d+[kmg]?(?:,|$))[a-z0-9=,]+$/, 'is not a list of mount options with a size');
const variables = z.record(variableName, exact(2000));
const words = z.array(exact(1000)).max(MOST);

const source = z.strictObject({
  type: z.enum(['npm', 'pypi', 'go']),
  package: exact(214).min(1),
  version: exact(100).exactOptional(),
  overrides: words.exactOptional(),
  bin: exact(100).exactOptional(),
  systemPackages: z.array(z.string().refine(isSystemPackage, 'is not the name of a package of a distribution')).max(MOST).exactOptional(),
});

const configurationValue = z.strictObject({
  name: variableName, description: line(300), required: z.boolean().default(false), secret: z.boolean().default(false), example: exact(500).exactOptional(), default: exact(500).exactOptional(),
});

const companion = z.strictObject({
  name: companionName, image: imageReference, user: otherUser, command: words.default([]), environment: variables.default({}), tmpfs: z.record(insidePath, mountOptions).default({}), memory,
  ready: words.min(1), configuration: variables.default({}), arguments: words.default([]),
});

const expectation = z.strictObject({
  text: z.string().max(10_000).exactOptional(),
  contains: z.string().max(10_000).exactOptional(),
  matches: z.string().max(500).refine(isPattern, 'is not a regular expression').exactOptional(),
  isError: z.boolean().exactOptional(),
});

/** `{folder}` in arguments and expectations is an empty folder that the server may write, `{host}` the companion. */
const expectedCall = z.strictObject({ title: line(60), tool: exact(128).min(1), arguments: z.record(z.string(), z.json()).default({}), expect: expectation });

const packageSchema: z.ZodType<MarketplacePackage> = z.strictObject({
  name: packageName,
  version: exact(100),
  title: line(80),
  description: line(300),
  author: line(100),
  homepage: z.url({ protocol: /^https$/ }).max(300).exactOptional(),
  license: line(80).exactOptional(),
  keywords: z.array(line(40)).max(MOST).default([]),
  deprecated: z.strictObject({ reason: line(200), replacement: line(100) }).exactOptional(),
  notes: z.array(line(300)).max(MOST).default([]),
  source,
  arguments: words.default([]),
  permissions: z.strictObject({
    net: z.union([z.enum(['none', 'full']), z.array(exact(260)).max(MOST)]).default('none'),
    read: z.array(line(120)).max(MOST).default([]), write: z.array(line(120)).max(MOST).default([]), env: z.array(variableName).max(MOST).default([]), scripts: z.boolean().default(false),
  }).prefault({}),
  pathsAsArguments: z.boolean().default(false),
  configuration: z.array(configurationValue).max(MOST).default([]),
  statePaths: z.array(z.strictObject({ path: insidePath, environment: variables.default({}) })).max(MOST).default([]),
  standby: z.enum(['safe', 'after-session', 'off']).default('safe'),
  service: z.strictObject({ transport: z.enum(['http', 'sse']), port: z.int().min(1).max(65_535).exactOptional(), path: z.string().refine(isServicePath, 'is not a path').exactOptional() }).exactOptional(),
  limits: z.strictObject({ memory: memory.exactOptional(), cpus: matching(/^\d{1,4}(?:\.\d{1,9})?$/, 'a number of CPUs').exactOptional(), pids: z.int().min(16).max(32_768).exactOptional() }).exactOptional(),
  tests: z.strictObject({ companion: companion.exactOptional(), calls: z.array(expectedCall).max(MOST).default([]), timeout: z.int().min(1).max(120).default(30) }).prefault({}),
});

/** Throws INVALID_VALUE with the place and what is wrong there. `origin` is what the document is called. */
export function parsePackage(input: unknown, origin = 'this'): MarketplacePackage {
  const result = packageSchema.safeParse(input);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const place = issue?.path.map(String).join('.') ?? '';
  throw new CcMcpError('INVALID_VALUE', sanitizeLine(`${origin} is not a package: ${place === '' ? '' : `${place}: `}${issue?.message ?? 'not what was expected'}`), { details: { origin } });
}

function isMemory(text: string): boolean {
  try {
    return parseMemory(text) > 0;
  } catch (error) {
    if (error instanceof CcMcpError) return false;
    throw error;
  }
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'u') instanceof RegExp;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
