import { z } from 'zod';
import { canonicalJson } from '../domain/fingerprint.ts';
import { CcMcpError } from '../domain/errors.ts';
import { parseJson } from '../domain/parse-json.ts';
import { sanitizeLine } from '../domain/sanitize.ts';

/* Deno's own lock, of packages alone: what has a name, a version and a hash. No address, no path, no alias. */

const NAME = '(?:@[A-Za-z0-9][A-Za-z0-9._-]*/)?[A-Za-z0-9][A-Za-z0-9._-]*';
const specifier = z.string().max(300).regex(new RegExp(`^(?:npm|jsr):${NAME}(?:@[A-Za-z0-9.*^~<>=| +_-]{1,120})?$`));
/** With the versions of the peers that it was resolved beside. */
const resolved = z.string().max(2000).regex(/^[0-9][A-Za-z0-9.+_@/-]*$/);
const npmPackage = z.string().max(2000).regex(new RegExp(`^${NAME}@[0-9][A-Za-z0-9.+_@/-]*$`));
const npmDependency = z.string().max(2000).regex(new RegExp(`^${NAME}(?:@[0-9][A-Za-z0-9.+_@/-]*)?$`));
const npmDependencies = z.array(npmDependency).exactOptional();
const platform = z.array(z.string().regex(/^!?[a-z0-9_-]{1,40}$/)).exactOptional();

const Schema = z.strictObject({
  version: z.literal('5'),
  specifiers: z.record(specifier, resolved).exactOptional(),
  jsr: z.record(npmPackage, z.strictObject({ integrity: z.string().regex(/^[0-9a-f]{64}$/), dependencies: z.array(specifier).exactOptional() })).exactOptional(),
  npm: z.record(npmPackage, z.strictObject({
    integrity: z.string().regex(/^(?:sha512-[A-Za-z0-9+/]{86}==|sha384-[A-Za-z0-9+/]{64}|sha256-[A-Za-z0-9+/]{43}=|sha1-[A-Za-z0-9+/]{27}=)$/),
    dependencies: npmDependencies, optionalDependencies: npmDependencies, optionalPeers: npmDependencies,
    os: platform, cpu: platform, scripts: z.literal(true).exactOptional(), bin: z.literal(true).exactOptional(), deprecated: z.literal(true).exactOptional(),
  })).exactOptional(),
  workspace: z.strictObject({ dependencies: z.array(specifier).exactOptional(), packageJson: z.strictObject({ dependencies: z.array(specifier).exactOptional() }).exactOptional() }).exactOptional(),
});

export type DenoLock = Readonly<z.infer<typeof Schema>>;

const LARGEST = 20 * 1024 * 1024;

/** As it is kept: what Deno wrote, in one order. `where`: the folder or repository, for messages. */
export function lockFromDeno(text: string, where: string): string {
  const input = parseJson(text);
  const remote = typeof input === 'object' && input !== null && 'remote' in input && typeof input.remote === 'object' && input.remote !== null ? Object.keys(input.remote) : [];
  if (remote[0] !== undefined) {
    throw new CcMcpError('RESOLUTION_FAILED', `${sanitizeLine(where, 200)} imports from an address (${sanitizeLine(remote[0], 120)}): only packages of npm and jsr can be locked`, { suggestions: ['Name it as npm:PACKAGE@VERSION or jsr:@SCOPE/PACKAGE@VERSION in the imports of deno.json'] });
  }
  const result = Schema.safeParse(withoutAddresses(input));
  if (result.success) return `${canonicalJson(result.data)}\n`;
  throw new CcMcpError('RESOLUTION_FAILED', `Deno locked something of ${sanitizeLine(where, 200)} that is no package (${problemOf(result.error)})`);
}

/** Reads a lock that may come from a stranger. */
export function parseDenoLock(content: string, where: string): DenoLock {
  const refuse = (problem: string): CcMcpError => new CcMcpError('LOCK_INVALID', `The lock of ${sanitizeLine(where, 200)} ${problem}`, { suggestions: ['Take the lock from where it was written again, or remove the server\'s lock entry and install anew'] });
  if (content.length > LARGEST) throw refuse('is larger than 20 MiB');
  const result = Schema.safeParse(parseJson(content));
  if (!result.success) throw refuse(`is not one of packages (${problemOf(result.error)})`);
  if (`${canonicalJson(result.data)}\n` !== content) throw refuse('is not as cc-mcp writes it');
  return result.data;
}

/** A project's own lock, as a wish: its versions, where nothing else is in it. */
export function lockHint(text: string | undefined): string | undefined {
  const result = text === undefined ? undefined : Schema.safeParse(withoutAddresses(parseJson(text)));
  return result?.success === true ? JSON.stringify(result.data) : undefined;
}

/** Where a package of a registry comes from is the business of whoever fetches it. */
function withoutAddresses(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || !('npm' in input) || typeof input.npm !== 'object' || input.npm === null) return input;
  const npm = Object.fromEntries(Object.entries(input.npm as Record<string, unknown>).map(([name, entry]) => {
    const { tarball: _, ...rest } = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<string, unknown>;
    return [name, rest];
  }));
  return { ...input, npm };
}

function problemOf({ issues: [issue] }: z.ZodError): string {
  return sanitizeLine(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`, 200);
}
