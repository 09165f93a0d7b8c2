import { z } from 'zod';
import type { Approval } from '../domain/effective-plan.ts';
import type { Lock } from '../domain/lock.ts';
import { isServicePath } from '../domain/service.ts';
import type { Configuration, JournalEntry, KeptValues, ServerState } from '../domain/stores.ts';
import type { ProcessIdentity } from '../domain/run-directory.ts';
import { DEFAULT_WAIT_FOR_ENGINE } from '../domain/settings.ts';
import { isDay } from '../domain/day.ts';
import { isInnerPath } from '../domain/git-grammar.ts';
import { isSystemPackage } from '../domain/system-packages.ts';
import { serverOfLockFile } from './lock-file-name.ts';

/*
 * The shapes of all files of this room: loose on keys of others, strict on the types of ours. `parse…` throws `ShapeError`, which
 * knows the path to what is wrong; the stores say which file and line that is.
 */

export class ShapeError extends Error {
  override readonly name = 'ShapeError';
  readonly path: readonly string[];

  constructor(path: readonly string[], message: string) {
    super(`${path.length === 0 ? 'the file' : path.join('.')}: ${message}`);
    this.path = path;
  }
}

function parser<Output>(schema: z.ZodType<Output>): (input: unknown, at?: readonly string[]) => Output {
  return (input, at = []) => {
    const result = schema.safeParse(input);
    if (result.success) return result.data;
    const issue = result.error.issues[0];
    const path = issue?.path.map(String) ?? [];
    const extra = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
    const key = issue?.code === 'invalid_key' ? issue.issues[0] : undefined;
    throw new ShapeError([...at, ...path, ...extra], extra.length > 0 ? 'this key is not known here' : ((key ?? issue)?.message ?? 'not what was expected').replace(/^Invalid input: /, ''));
  };
}

/** Without a prototype: a server or a variable may be named `constructor`, and looked up before it is there. */
function mapOf<Value extends z.ZodType>(key: z.ZodType<string, string>, value: Value): z.ZodType<Record<string, z.output<Value>>> {
  return z.record(key, value).transform((map) => Object.assign(Object.create(null) as Record<string, z.output<Value>>, map));
}

const text = z.string();
const texts = z.array(text);
const textMap = mapOf(text, text);
const whole = z.int().nonnegative();
/** `0.5` is as good as `"0.5"`. */
const quantity = z.union([text, z.number()], { error: 'expected a string or a number' }).transform(String);

const portNumber = z.int().min(1).max(65_535);
const servicePath = text.refine(isServicePath, { error: 'expected a path that begins with /' });
const transport = z.enum(['http', 'sse'], { error: 'expected "http" or "sse"' });
const wantedService = z.object({ transport, port: portNumber.exactOptional(), path: servicePath.exactOptional() });

// The manifest.

const limits = z.object({ memory: quantity.exactOptional(), cpus: quantity.exactOptional(), pids: z.int().positive().exactOptional() });
const volumes = z.union([textMap, texts], { error: 'expected an object (host path to container path) or an array of "HOST:CONTAINER"' });
const settings = {
  image: text.exactOptional(),
  volumes: volumes.exactOptional(),
  environment: textMap.exactOptional(),
  limits: limits.exactOptional(),
  network: text.exactOptional(),
};
const statePath = z.union([
  text.transform((path) => ({ path, environment: {} })),
  z.object({ path: text, environment: textMap.prefault({}) }),
], { error: 'expected a path, or an object with "path" and "environment"' });

const day = text.refine(isDay, { error: 'expected a day, YYYY-MM-DD' });
const systemPackages = z.array(text.refine(isSystemPackage, { error: 'expected the name of a package of a distribution' })).max(64);

export const parseMode = parser(z.object({ mode: z.enum(['docker', 'external']).exactOptional() }));
/** What a client makes of a value that is no text. */
const scalars = mapOf(text, z.union([text, z.number(), z.boolean()]).transform(String));
export const parseExternal = parser(z.object({
  command: text.exactOptional(), args: texts.default([]), url: text.exactOptional(),
  // Nothing of ours: what cannot be understood is no reason not to read the other servers of the file.
  env: scalars.optional().catch(undefined), cwd: text.optional().catch(undefined), envFile: text.optional().catch(undefined),
}).transform(({ env, cwd, envFile, ...rest }) => ({ ...rest, ...(env === undefined ? {} : { env }), ...(cwd === undefined ? {} : { cwd }), ...(envFile === undefined ? {} : { envFile }) })));
export const parseDocker = parser(z.object({
  ...settings,
  command: text.exactOptional(),
  args: texts.exactOptional(),
  arguments: texts.exactOptional(),
  docker: z.object({ ...settings, args: texts.exactOptional() }).exactOptional(),
  source: z.looseObject({ type: z.enum(['npm', 'pypi', 'go', 'git', 'docker', 'local']) }).exactOptional(),
  permissions: z.object({
    net: z.union([z.boolean(), texts], { error: 'expected true, false or an array of hosts' }).default(false),
    read: texts.default([]),
    write: texts.default([]),
    env: texts.default([]),
    scripts: z.boolean().default(false),
    controlFiles: z.boolean().default(false),
  }).prefault({}),
  statePaths: z.array(statePath).default([]),
  standby: z.union([z.enum(['safe', 'after-session', 'off']), z.literal(0).transform(() => 'off' as const)], { error: 'expected "safe", "after-session" or "off"' }).default('safe'),
  service: wantedService.exactOptional(),
  pathsAsArguments: z.boolean().default(false),
  package: text.exactOptional(),
}));
const chosen = { version: text.exactOptional(), overrides: texts.default([]), bin: text.exactOptional(), systemPackages: systemPackages.exactOptional(), asOf: day.exactOptional() };
const innerFile = z.string().refine(isInnerPath, { error: 'expected the path of a file inside the folder' });
const dockerfile = z.strictObject({ path: innerFile, network: z.boolean().default(false) });
const built = { ...chosen, dockerfile: dockerfile.exactOptional() };

/** As a source stands in the file: each kind calls its place by its own word. */
export const parseSource = parser(z.discriminatedUnion('type', [
  z.object({ type: z.enum(['npm', 'pypi', 'go']), package: text, ...chosen }),
  z.object({ type: z.literal('git'), repository: text, path: text.exactOptional(), ...built }).transform(({ repository, ...rest }) => ({ ...rest, package: repository })),
  z.object({ type: z.literal('docker'), image: text, ...chosen }).transform(({ image, ...rest }) => ({ ...rest, package: image })),
  z.object({ type: z.literal('local'), path: text, ...built }).transform(({ path, ...rest }) => ({ ...rest, package: path })),
]));

// The lock: written by cc-mcp alone, read from strangers.

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, { error: 'expected a SHA-256 in hex' });
const serverName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/, { error: 'expected a server name' });
const lockEntry = z.strictObject({
  source: z.strictObject({ type: z.enum(['npm', 'pypi', 'git', 'local', 'go', 'docker']), package: text, path: text.exactOptional(), version: text, overrides: texts, bin: text, asOf: day.exactOptional(), dockerfile: dockerfile.exactOptional() }),
  dependencies: z.strictObject({
    file: z.string().refine((name) => serverOfLockFile(name) !== undefined, { error: 'expected the name of a file in mcp.lock.d' }),
    sha256,
  }),
  base: z.strictObject({ image: text, digest: text }),
  template: z.strictObject({ name: text, version: text }),
  tree: sha256.exactOptional(),
  systemPackages,
  entrypoint: texts,
  image: z.strictObject({ command: texts, workingDirectory: text, volumes: texts }).exactOptional(),
  scripts: z.boolean(),
  recipe: sha256,
  proven: z.strictObject({ era: z.enum(['legacy', 'modern', 'dual']), protocolVersion: text, serverVersion: text, service: z.strictObject({ transport, port: portNumber, path: servicePath }).exactOptional(), tools: textMap, at: text, by: text }),
});
export const parseLock = parser<Lock>(z.strictObject({ version: z.literal(1), servers: mapOf(serverName, lockEntry) }).superRefine(({ servers }, context) => {
  for (const [name, { dependencies }] of Object.entries(servers)) {
    if (serverOfLockFile(dependencies.file) !== name) context.addIssue({ code: 'custom', path: ['servers', name, 'dependencies', 'file'], message: `expected a name that begins with "${name}."` });
  }
}));

// The home.

const engineAddress = z.union([
  z.object({ kind: z.literal('unix'), path: text }),
  z.object({ kind: z.literal('tcp'), host: text, port: whole, tls: z.object({ ca: text, cert: text, key: text }).exactOptional() }),
]);
const serverState = z.object({
  imageId: text,
  recipe: text,
  engine: z.object({ address: engineAddress, id: text, kind: z.enum(['docker', 'podman']) }),
  enabled: z.boolean(),
  clients: z.array(z.object({ client: z.literal('claude-code'), file: text, jsonPath: texts, previous: text.exactOptional() })),
  changedTools: texts,
  installedAt: text,
  servicePort: portNumber.exactOptional(),
}) satisfies z.ZodType<ServerState>;

export interface HomeState {
  readonly version: number;
  readonly homeId: string;
  /** Path of a manifest → its id. */
  readonly manifests: Readonly<Record<string, string>>;
  /** Manifest id → server name → state. */
  readonly servers: Readonly<Record<string, Readonly<Record<string, ServerState>>>>;
}

const identifier = z.string().regex(/^[0-9a-z-]{1,64}$/, { error: 'expected an id' });
const version = z.int().positive();
export const parseHomeState = parser<HomeState>(z.object({ version, homeId: identifier, manifests: mapOf(text, identifier), servers: mapOf(identifier, mapOf(serverName, serverState)) }));
/** What of a broken state can still be trusted: without the ids, containers and volumes would be nobody's. */
export const parseSalvagedState = parser(z.object({ homeId: identifier.exactOptional(), manifests: mapOf(text, identifier).catch({}) }));
export const parseVersion = parser(z.object({ version }));

const valueOrigin = z.union([z.object({ kind: z.literal('literal'), value: text }), z.object({ kind: z.literal('template'), template: text })]);
const mount = z.union([
  z.object({ kind: z.literal('bind'), source: text, target: text, readOnly: z.boolean() }),
  z.object({ kind: z.literal('volume'), name: text, target: text, readOnly: z.boolean() }),
]);
const network = z.union([z.object({ kind: z.enum(['none', 'bridge']) }), z.object({ kind: z.literal('named'), name: text }), z.object({ kind: z.literal('localhost'), ports: z.array(z.int().positive()) })]);
const plan = z.object({
  source: text,
  lockEntryHash: text,
  imageId: text,
  entrypoint: texts,
  arguments: texts,
  workingDirectory: text.exactOptional(),
  scratch: texts.exactOptional(),
  environment: mapOf(text, valueOrigin),
  mounts: z.array(z.object({ mount, device: z.number().exactOptional(), inode: z.number().exactOptional() })),
  network,
  user: text,
  memoryBytes: z.number(),
  nanoCpus: z.number(),
  pids: z.number(),
  standby: z.enum(['safe', 'after-session', 'off']),
  controlFiles: z.boolean(),
  service: wantedService.exactOptional(),
  project: z.array(z.object({ right: z.enum(['read', 'write']), at: text.nullable() })).exactOptional(),
});

export interface Approvals {
  readonly version: number;
  /** Manifest id → server name → approval. */
  readonly approvals: Readonly<Record<string, Readonly<Record<string, Approval>>>>;
  /** Manifest id → server name → real path of a folder → what was agreed to. */
  readonly projects: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, 'read' | 'write'>>>>>>;
}

const approval = z.object({ plan, hash: text, at: text }) satisfies z.ZodType<Approval>;
export const parseApprovals = parser<Approvals>(z.object({
  version, approvals: mapOf(identifier, mapOf(serverName, approval)), projects: mapOf(identifier, mapOf(serverName, mapOf(text, z.enum(['read', 'write'])))).prefault({}),
}));

export interface Secrets extends KeptValues {
  readonly version: number;
}

export const parseSecrets = parser<Secrets>(z.object({ version, secrets: textMap, remembered: textMap, serviceToken: text.exactOptional() }));

export interface ReplacedEntry {
  readonly version: number;
  /** JSON text, as it stood. */
  readonly entry: string;
}

export const parseReplacedEntry = parser<ReplacedEntry>(z.object({ version, entry: text }));

export interface CreatedObjects {
  readonly version: number;
  /** File → JSON pointers. */
  readonly created: Readonly<Record<string, readonly string[]>>;
}

export const parseCreatedObjects = parser<CreatedObjects>(z.object({ version, created: mapOf(text, texts) }));

const seconds = z.number().nonnegative();
export const parseConfiguration = parser<Configuration>(z.object({
  engine: text.exactOptional(),
  images: z.object({ bases: textMap.prefault({}), rewrite: textMap.prefault({}) }).prefault({}),
  standby: z.object({ memory: quantity.exactOptional() }).prefault({}),
  run: z.object({ waitForEngine: seconds.default(DEFAULT_WAIT_FOR_ENGINE) }).prefault({}),
}));

const processIdentity = z.object({ pid: whole, startTime: text, bootId: text, pidNamespace: text }) satisfies z.ZodType<ProcessIdentity>;
const journalEntry = z.object({
  operation: z.enum(['install', 'test']), token: text, manifestId: identifier, manifestPath: text, server: text, images: texts, committing: z.boolean(),
}) satisfies z.ZodType<JournalEntry>;

export interface JournalFile {
  readonly version: number;
  readonly owner: ProcessIdentity;
  readonly entry: JournalEntry;
}

export const parseJournalFile = parser<JournalFile>(z.object({ version, owner: processIdentity, entry: journalEntry }));

