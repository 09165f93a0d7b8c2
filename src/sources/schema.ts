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
