import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { type ContainerSummary, type EngineAddress, LABEL } from '../../src/domain/container-engine.ts';
import type { SessionRecipe } from '../../src/domain/effective-plan.ts';
import { EngineHttp } from '../../src/docker/engine-http.ts';
import type { StandbyPorts } from '../../src/domain/session-ports.ts';
import { systemClock } from '../../src/host/system-clock.ts';
import { reap, type Reaped } from '../../src/session/reap.ts';
import { recipeKey } from '../../src/store/recipe-file.ts';
import { mountedAt } from '../../src/store/mounted-at.ts';
import { serviceDoors } from '../../src/mcp/service-doors.ts';
import { createRunDirectory } from '../../src/store/run-directory.ts';
import { openSessionLog } from '../../src/store/session-log.ts';
import { systemProcesses } from '../../src/store/system-processes.ts';
import { eventually } from './run-client.ts';
import { testImages } from './user-home.ts';

export const ADDRESS: EngineAddress = { kind: 'unix', path: process.env['DOCKER_HOST']?.replace(/^unix:\/\//, '') ?? '/var/run/docker.sock' };
export const engine = new EngineHttp(ADDRESS);
const FIXTURES = join(import.meta.dirname, '../fixtures/servers');

export interface ServerOptions {
  readonly name?: string;
  /** What runs in the container. */
  readonly command?: readonly string[];
  readonly recipe?: Partial<SessionRecipe>;
  readonly mounts?: readonly { readonly source: string; readonly target: string; readonly readOnly: boolean }[];
  readonly hostConfig?: Readonly<Record<string, unknown>>;
  /** Folder of the manifest; the home's own when absent. */
  readonly folder?: string;
}

/** A home of cc-mcp made by hand, with recipes as `enable` writes them, for servers that are files in test/fixtures/servers. */
export class SessionHome implements AsyncDisposable {
  readonly folder: string;
  readonly id = randomBytes(12).toString('hex');

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<SessionHome> {
    const home = new SessionHome(await realpath(await mkdtemp(join(tmpdir(), 'cc-mcp-session-'))));
    await mkdir(home.ccMcpHome, { mode: 0o700 });
    return home;
  }

  get ccMcpHome(): string {
    return join(this.folder, '.cc-mcp');
  }

  get run(): string {
    return join(this.ccMcpHome, 'run');
  }

  /** Writes manifest and recipe of a server that runs one of the fixtures. */
  async addServer(fixture: string, options: ServerOptions = {}): Promise<SessionRecipe> {
    const recipe = await this.recipeFor(['node', `/fixtures/${fixture}`], options);
    await this.writeRecipe(recipe);
    return recipe;
  }

  async recipeFor(command: readonly string[], options: ServerOptions = {}): Promise<SessionRecipe> {
    const name = options.name ?? 'fixture';
    const folder = options.folder ?? this.ccMcpHome;
    const manifestPath = join(folder, 'mcp.json');
    await mkdir(folder, { recursive: true });
    // The same for every server: one that is added later must not make the recipes of the others stale.
    const manifest = '{ "mcpServers": {} }\n';
    await writeFile(manifestPath, manifest);
    await chmod(manifestPath, 0o644);
    const mounts = [{ source: FIXTURES, target: '/fixtures', readOnly: true }, ...(options.mounts ?? [])];
    const manifestId = options.folder === undefined ? 'global' : createHash('sha256').update(folder).digest('hex').slice(0, 16);
    const image = await nodeImage();
    const labels = { [LABEL.home]: this.id, [LABEL.manifest]: manifestId, [LABEL.server]: name, [LABEL.token]: '', [LABEL.recipe]: 'test', [LABEL.version]: '0', 'org.cc-mcp.test': '1' };
    return {
      version: 1,
      home: this.id,
      manifestId,
      manifestPath,
      server: name,
      ccMcpVersion: '0',
      engine: { address: ADDRESS, id: 'test', kind: 'docker' },
      inputs: { [manifestPath]: createHash('sha256').update(manifest).digest('hex'), [join(folder, 'mcp.lock.json')]: null },
      approval: 'test',
      body: {
        Image: image,
        Entrypoint: [...(options.command ?? command)],
        Cmd: [],
        Labels: labels,
        User: '10001:10001',
        WorkingDir: '/tmp',
        OpenStdin: true, StdinOnce: true, AttachStdin: true, AttachStdout: true, AttachStderr: true, Tty: false, NetworkDisabled: true,
        Healthcheck: { Test: ['NONE'] },
        HostConfig: {
          NetworkMode: 'none', ReadonlyRootfs: true, CapDrop: ['ALL'], SecurityOpt: ['no-new-privileges'], Init: true, IpcMode: 'private',
          Tmpfs: { '/tmp': 'rw,nosuid,nodev,noexec,size=64m,mode=1777' }, Memory: 512 * 1024 ** 2, MemorySwap: 512 * 1024 ** 2, NanoCpus: 500_000_000, PidsLimit: 128,
          LogConfig: { Type: 'none', Config: {} }, OomScoreAdj: 500,
          Mounts: mounts.map(({ source, target, readOnly }) => ({ Type: 'bind', Source: source, Target: target, ReadOnly: readOnly })),
          ...options.hostConfig,
        },
      },
      environment: { HOME: { kind: 'literal', value: '/tmp' }, NODE_OPTIONS: { kind: 'literal', value: '--max-old-space-size=384' } },
      secretsFile: join(this.ccMcpHome, 'secrets', `${name}.json`),
      mounts: [],
      imageId: image,
      nanoCpus: 500_000_000,
      memoryBytes: 512 * 1024 ** 2,
      standby: 'safe',
      shortLived: false,
      era: 'legacy',
      tools: {},
      logFolder: join(this.ccMcpHome, 'logs', manifestId, name),
      waitForEngineSeconds: 20,
      ...options.recipe,
    };
  }

  async writeRecipe(recipe: SessionRecipe): Promise<void> {
    const folder = join(this.run, 'recipes');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(join(folder, `${recipeKey(recipe.manifestPath, recipe.server)}.json`), JSON.stringify(recipe), { mode: 0o600 });
  }

  containers(): Promise<readonly ContainerSummary[]> {
    return engine.list({ [LABEL.home]: this.id });
  }

  /** Names of the files in one of the folders of `run/`. */
  async tokens(role: 'standby' | 'session' | 'loading' | 'settled' | 'starting'): Promise<readonly string[]> {
    const names = await readdir(join(this.run, role)).catch(() => []);
    return names.filter((name) => !name.startsWith('.'));
  }

  /** What every command of cc-mcp but `run` does when it starts. */
  reap(): Promise<Reaped> {
    return reap(this.id, ADDRESS, this.ports());
  }

  ports(): StandbyPorts {
    return {
      openEngine: () => engine,
      doors: serviceDoors,
      run: createRunDirectory(this.run, systemProcesses(process)),
      clock: systemClock,
      newToken: () => randomBytes(12).toString('hex'),
      mountedAt,
      openLog: (folder, token) => openSessionLog(folder, token, (error) => {
        throw error;
      }),
    };
  }

  async removeStandbys(): Promise<void> {
    await eventually('no keeper at work', async () => (await this.tokens('starting')).length === 0);
    for (const name of await this.tokens('standby')) await rm(join(this.run, 'standby', name));
    for (const container of await this.containers()) await engine.remove(container.id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A keeper may be at work still: without recipes it stops, and what it had made goes with it.
    await rm(join(this.run, 'recipes'), { recursive: true, force: true });
    await eventually('no keeper at work', async () => (await this.tokens('starting')).length === 0);
    for (const container of await this.containers()) await engine.remove(container.id);
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

let image: Promise<string> | undefined;

/** An image with Node, by what this machine's engine can get. */
function nodeImage(): Promise<string> {
  image ??= testImages().then((chosen) => (chosen as { images?: { bases?: { node?: string } } }).images?.bases?.node ?? 'node:24-slim');
  return image;
}
