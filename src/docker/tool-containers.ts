import type { ArchiveFile, ContainerEngine, ContainerId, ContainerSpec, Labels } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import { createRedactor } from '../domain/redact.ts';
import type { ToolContainers, ToolResult, ToolRun, ToolSecret } from '../domain/tool-container.ts';
import { OutputTail } from './output-tail.ts';
import { toolTrust } from './tool-trust.ts';

export interface ToolContainersOptions {
  /** Every label key of ours. */
  readonly labels: Labels;
  /** 24 random hex digits, for the container's name. */
  newToken(): string;
  /** The host's extra CA bundle, where it has one. */
  readonly caBundle: string | undefined;
  /** Proxy variables, as the programs read them: `https_proxy`, `no_proxy`, … */
  readonly proxies: Readonly<Record<string, string>>;
  /** `host` where one of these proxies listens on this machine's loopback. */
  readonly network: 'default' | 'host';
}

const USER = 10_001;
const MEMORY = 1024 ** 3;
const PIDS = 512;

/**
 * Resolvers in throw-away containers. `/work` is a folder of the container's own layer that belongs to the process: files are put
 * there before the start and read after the end, which a tmpfs loses; an engine's own root folder of a volume keeps root as its owner;
 * and a cache on disk does not count as memory. So the root is not read-only; but for `/work` it belongs to root, which the process
 * is not, and goes with the container.
 */
export class DockerToolContainers implements ToolContainers {
  readonly #engine: ContainerEngine;
  readonly #options: ToolContainersOptions;

  constructor(engine: ContainerEngine, options: ToolContainersOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  async run(request: ToolRun, onLine: (line: string) => void, signal?: AbortSignal): Promise<ToolResult> {
    const trust = await toolTrust(this.#options.caBundle);
    const proxies = request.network === 'none' ? {} : this.#options.proxies;
    const network = request.network === 'default' ? this.#options.network : request.network;
    const spec = toolSpec(request, { ...proxies, ...trust.environment }, this.#options.labels, `cc-mcp-tool-${this.#options.newToken()}`, network);
    await using container = await this.#container(spec, signal);
    await this.#engine.writeFiles(container.id, '/', workFolder([...trust.files, ...request.files]), signal);
    const { tail, status } = await this.#execute(container.id, request, onLine, signal);
    const outputs = status.exitCode === 0 ? await this.#read(container.id, request.outputs, signal) : new Map<string, Uint8Array>();
    return { ...status, output: tail.lines.join('\n'), files: outputs };
  }

  async #execute(id: ContainerId, request: ToolRun, onLine: (line: string) => void, signal: AbortSignal | undefined) {
    const tail = new OutputTail(onLine, { clean: createRedactor(request.secret?.values ?? []).redact });
    const limit = AbortSignal.timeout(request.timeLimit * 1000);
    const ended = signal === undefined ? limit : AbortSignal.any([signal, limit]);
    await using attachment = await this.#engine.attach(id, { stdin: request.secret !== undefined, stdout: true, stderr: true }, signal);
    const read = Promise.all([attachment.stdout, attachment.stderr].map(async (stream) => {
      const decoder = new TextDecoder();
      for await (const chunk of stream) if (chunk instanceof Uint8Array) tail.push(decoder.decode(chunk, { stream: true }));
    }));
    await this.#engine.start(id, signal);
    if (request.secret !== undefined) attachment.stdin.write(request.secret.content);
    try {
      const status = await this.#engine.wait(id, ended);
      await read;
      tail.end();
      return { tail, status };
    } catch (error) {
      signal?.throwIfAborted();
      if (!limit.aborted) throw error;
      tail.end();
      throw new CcMcpError('RESOLUTION_FAILED', `${request.command[0] ?? 'The program'} did not end within ${request.timeLimit} s`, {
        details: { log: tail.lines.slice(-40) }, cause: error,
      });
    }
  }

  async #read(id: ContainerId, outputs: readonly string[], signal: AbortSignal | undefined): Promise<ReadonlyMap<string, Uint8Array>> {
    const files = new Map<string, Uint8Array>();
    for (const path of outputs) {
      const content = await this.#engine.readFile(id, `/work/${path}`, signal);
      if (content !== undefined) files.set(path, content);
    }
    return files;
  }

  async #container(spec: ContainerSpec, signal: AbortSignal | undefined): Promise<AsyncDisposable & { readonly id: ContainerId }> {
    const id = await this.#engine.create(spec, signal);
    return { id, [Symbol.asyncDispose]: () => this.#engine.remove(id) };
  }
}

function workFolder(files: readonly ArchiveFile[]): readonly ArchiveFile[] {
  const own: readonly ArchiveFile[] = [{ path: '', content: new Uint8Array() }, ...files];
  return own.map((file) => ({ ...file, path: `work/${file.path}`, owner: USER }));
}

function toolSpec(request: ToolRun, trusted: Readonly<Record<string, string>>, labels: Labels, name: string, network: ToolRun['network']): ContainerSpec {
  const [program, ...rest] = request.secret === undefined ? request.command : withSecret(request.command, request.secret);
  return {
    name,
    image: request.image,
    entrypoint: program === undefined ? [] : [program],
    command: rest,
    environment: {
      HOME: '/tmp', XDG_CACHE_HOME: '/work/.cache', npm_config_cache: '/work/.cache/npm', UV_CACHE_DIR: '/work/.cache/uv', PIP_CACHE_DIR: '/work/.cache/pip',
      ...trusted, ...request.environment,
    },
    labels,
    user: `${USER}:${USER}`,
    workingDirectory: '/work',
    mounts: [],
    tmpfs: { '/tmp': 'rw,nosuid,nodev,noexec,size=256m,mode=1777' },
    network: network === 'none' ? { kind: 'none' } : network === 'host' ? { kind: 'named', name: 'host' } : { kind: 'bridge' },
    extraHosts: [],
    memoryBytes: MEMORY,
    nanoCpus: null,
    pids: PIDS,
    readOnlyRoot: false,
    capAdd: [],
    securityOptions: [],
    stdin: request.secret !== undefined,
    logDriver: 'none',
  };
}

/** Over stdin, because a tmpfs is there only when the container runs. The program itself has none. */
function withSecret(command: readonly string[], { path, content }: ToolSecret): readonly string[] {
  return ['sh', '-c', `umask 077; head -c ${Buffer.byteLength(content)} >"$0" && exec "$@" </dev/null`, path, ...command];
}
