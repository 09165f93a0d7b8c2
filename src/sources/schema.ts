import { z } from 'zod';
import { CcMcpError } from '../domain/errors.ts';

/* What registries and their clients say, read once at this border: loose on others' keys, strict on those we use. */

const PackumentSchema = z.looseObject({
  'dist-tags': z.record(z.string(), z.string()).default({}),
  versions: z.record(z.string(), z.unknown()).default({}),
  time: z.record(z.string(), z.unknown()).default({}),
});

const NpmVersionSchema = z.looseObject({
  name: z.string(),
  version: z.string(),
  description: z.string().catch(''),
  deprecated: z.union([z.string(), z.boolean()]).optional().catch(undefined),
  bin: z.union([z.string(), z.record(z.string(), z.string())]).optional().catch(undefined),
  hasInstallScript: z.boolean().optional().catch(undefined),
  scripts: z.record(z.string(), z.unknown()).catch({}),
});

export type Packument = z.infer<typeof PackumentSchema>;
export type NpmVersion = z.infer<typeof NpmVersionSchema>;

export function parsePackument(input: unknown, packageName: string): Packument {
  return read(PackumentSchema, input, `npm:${packageName}`);
}

export function parseNpmVersion(input: unknown, packageName: string): NpmVersion {
  return read(NpmVersionSchema, input, `npm:${packageName}`);
}

function read<T>(schema: z.ZodType<T>, input: unknown, what: string): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new CcMcpError('SOURCE_UNREACHABLE', `The registry's answer for ${what} is not understood (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''})`, { details: { what } });
}

const NpmLockSchema = z.looseObject({
  lockfileVersion: z.literal(3),
  packages: z.record(z.string(), z.looseObject({
    version: z.string().optional(),
    name: z.string().optional(),
    resolved: z.string().optional(),
    integrity: z.string().optional(),
    link: z.boolean().optional(),
    inBundle: z.boolean().optional(),
    optional: z.boolean().optional(),
    devOptional: z.boolean().optional(),
    hasInstallScript: z.boolean().optional(),
    bundleDependencies: z.array(z.string()).optional().catch(undefined),
    dependencies: z.record(z.string(), z.string()).optional(),
    optionalDependencies: z.record(z.string(), z.string()).optional(),
    peerDependencies: z.record(z.string(), z.string()).optional(),
    peerDependenciesMeta: z.record(z.string(), z.looseObject({ optional: z.boolean().optional() })).optional().catch(undefined),
    bin: z.record(z.string(), z.string()).optional().catch(undefined),
    os: z.array(z.string()).optional().catch(undefined),
    cpu: z.array(z.string()).optional().catch(undefined),
    libc: z.array(z.string()).optional().catch(undefined),
  })),
});

/** `package-lock.json` as npm writes it. */
export type NpmLockFile = z.infer<typeof NpmLockSchema>;

export function parseNpmLockFile(input: unknown): NpmLockFile {
  return read(NpmLockSchema, input, 'package-lock.json');
}

const Strings = z.record(z.string(), z.string()).default({});

const ProjectManifestSchema = z.looseObject({
  name: z.string().optional().catch(undefined),
  description: z.string().optional().catch(undefined),
  bin: z.union([z.string(), z.record(z.string(), z.string())]).optional().catch(undefined),
  main: z.string().optional().catch(undefined),
  scripts: z.record(z.string(), z.unknown()).catch({}),
  dependencies: Strings,
  optionalDependencies: Strings,
  devDependencies: Strings,
  overrides: z.record(z.string(), z.unknown()).default({}),
});

/** `package.json` of a folder or a repository. */
export type ProjectManifest = z.infer<typeof ProjectManifestSchema>;

export function parseProjectManifest(input: unknown, where: string): ProjectManifest {
  const result = ProjectManifestSchema.safeParse(input);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new CcMcpError('RESOLUTION_FAILED', `package.json of ${where} is not understood (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''})`);
}

const PyprojectSchema = z.looseObject({
  project: z.looseObject({
    name: z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,200}[A-Za-z0-9])?$/),
    version: z.string().optional().catch(undefined),
    description: z.string().catch(''),
    dependencies: z.array(z.string()).default([]),
    dynamic: z.array(z.string()).default([]),
    scripts: Strings,
  }).optional(),
  tool: z.looseObject({ poetry: z.unknown().optional() }).catch({}),
});

/** `pyproject.toml` of a folder or a repository. */
export type Pyproject = z.infer<typeof PyprojectSchema>;

export function parsePyproject(input: unknown, where: string): Pyproject {
  const result = PyprojectSchema.safeParse(input);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new CcMcpError('RESOLUTION_FAILED', `pyproject.toml of ${where} is not understood (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''})`);
}

const OlderUvIndexes = z.looseObject({ 'index-url': z.string().optional().catch(undefined), 'extra-index-url': z.array(z.string()).optional().catch(undefined) });
const UvIndexesSchema = OlderUvIndexes.extend({
  index: z.array(z.looseObject({ url: z.string(), name: z.string().optional(), default: z.boolean().optional(), explicit: z.boolean().optional() })).default([]),
  pip: OlderUvIndexes.default({}),
});

/** Of the user's uv.toml. */
export function parseUvIndexes(input: unknown, where: string): z.infer<typeof UvIndexesSchema> {
  const result = UvIndexesSchema.safeParse(input);
  if (result.success) return result.data;
  throw new CcMcpError('INVALID_VALUE', `${result.error.issues[0]?.path.join('.') ?? ''} in ${where} is not an index as uv knows it`, { suggestions: ['Correct it there'] });
}

const NpmQuerySchema = z.array(z.looseObject({ name: z.string(), location: z.string() }));

/** The answer of `npm query`. */
export function parseNpmQuery(input: unknown): z.infer<typeof NpmQuerySchema> {
  return read(NpmQuerySchema, input, 'the image');
}

const PylockSchema = z.looseObject({
  packages: z.array(z.looseObject({
    name: z.string(), version: z.string(), sdist: z.looseObject({ hashes: z.looseObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }) }).optional(),
  })).default([]),
});

/** `pylock.toml` as uv writes it. */
export function parsePylock(input: unknown): z.infer<typeof PylockSchema> {
  return read(PylockSchema, input, 'pylock.toml');
}

const Name = z.string().max(214).regex(/^(?:@[A-Za-z0-9][A-Za-z0-9._-]*\/)?[A-Za-z0-9][A-Za-z0-9._-]*$/);
const Version = z.string().max(256).regex(/^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/);
const Edges = z.record(Name, z.string().max(500)).optional();
const Platform = z.array(z.string().regex(/^!?[a-z0-9_-]{1,40}$/)).optional();

/** Our own form of it: exact versions and hashes; no address, no range, no option. */
const CanonicalNpmLockSchema = z.strictObject({
  lockfileVersion: z.literal(3),
  packages: z.record(z.string(), z.strictObject({
    name: Name.optional(),
    version: Version.optional(),
    integrity: z.string().regex(/^(?:sha512-[A-Za-z0-9+/]{86}==|sha384-[A-Za-z0-9+/]{64}|sha256-[A-Za-z0-9+/]{43}=)$/).optional(),
    inBundle: z.literal(true).optional(),
    optional: z.literal(true).optional(),
    hasInstallScript: z.literal(true).optional(),
    dependencies: Edges,
    optionalDependencies: Edges,
    bundleDependencies: z.array(Name).optional(),
    bin: z.record(z.string().regex(/^[A-Za-z0-9._][A-Za-z0-9._-]*$/), z.string().max(400).regex(/^(?!.*(?:^|\/)\.\.(?:\/|$))[^\0-\x1F\\/-][^\0-\x1F\\]*$/)).optional(),
    os: Platform,
    cpu: Platform,
    libc: Platform,
  })),
});

export type CanonicalNpmLock = z.infer<typeof CanonicalNpmLockSchema>;

/** What is wrong, with the key at which it is, or the lock. */
export function readCanonicalNpmLock(input: unknown): CanonicalNpmLock | { readonly path: readonly string[]; readonly problem: string } {
  const result = CanonicalNpmLockSchema.safeParse(input);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys : [];
  return { path: [...(issue?.path ?? []), ...unknown].map(String), problem: unknown.length > 0 ? 'is a key that no lock of cc-mcp has' : (issue?.message ?? '') };
}

const DenoConfigurationSchema = z.looseObject({
  name: z.string().optional().catch(undefined),
  exports: z.union([z.string(), z.record(z.string(), z.string())]).optional(),
  tasks: z.record(z.string(), z.unknown()).catch({}),
});

/** `deno.json` or `deno.jsonc` of a folder or a repository. */
export function parseDenoConfiguration(input: unknown, file: string, where: string): z.infer<typeof DenoConfigurationSchema> {
  const result = DenoConfigurationSchema.safeParse(input);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new CcMcpError('RESOLUTION_FAILED', `${file} of ${where} is not understood (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''})`);
}
