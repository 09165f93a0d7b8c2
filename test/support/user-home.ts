import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { cc as installedCc, installedCli } from './installed-cli.ts';

const run = promisify(execFile);

export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Invocation {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** A user of this machine: an empty HOME with a project folder, the installed CLI, and clients that launch `cc-mcp run`. */
export interface UserHome extends AsyncDisposable {
  readonly home: string;
  readonly ccMcpHome: string;
  /** An empty folder below HOME: commands run here. */
  readonly folder: string;
  cc(args: readonly string[], invocation?: Invocation): Promise<Run>;
  /** The same with `--json`: the envelope, parsed. */
  json(args: readonly string[], invocation?: Invocation): Promise<{ code: number; envelope: Envelope; stderr: string }>;
  connect(name: string, invocation?: Invocation): Promise<Client>;
}

export interface Envelope {
  readonly ok: boolean;
  // The schemas of results are compared in their own tests; here each test reads the fields that it is about.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly result: any;
  readonly error: { readonly code: string; readonly message: string; readonly suggestions: readonly string[]; readonly details: Record<string, unknown> };
  readonly warnings: readonly string[];
}

export async function userHome(): Promise<UserHome> {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'cc-mcp-user-')));
  const ccMcpHome = join(home, '.cc-mcp');
  const folder = join(home, 'project');
  await mkdir(folder);
  await mkdir(ccMcpHome, { mode: 0o700 });
  await writeFile(join(ccMcpHome, 'config.json'), JSON.stringify(await testImages()), { mode: 0o600 });
  const cc = (args: readonly string[], { cwd = folder, env = {}, input }: Invocation = {}): Promise<Run> => installedCc(args, { home, cwd, env, ...(input === undefined ? {} : { input }) });
  const clients: Client[] = [];
  return {
    home,
    ccMcpHome,
    folder,
    cc,
    async json(args, invocation) {
      // What follows `--` belongs to the server.
      const end = args.includes('--') ? args.indexOf('--') : args.length;
      const { code, stdout, stderr } = await cc([...args.slice(0, end), '--json', ...args.slice(end)], invocation);
      return { code, envelope: JSON.parse(stdout) as Envelope, stderr };
    },
    async connect(name, { cwd = folder, env = {} } = {}) {
      const { bin, node } = await installedCli();
      const client = new Client({ name: 'test', version: '1' });
      await client.connect(new StdioClientTransport({ command: node, args: [bin, 'run', name], cwd, env: { HOME: home, PATH: process.env['PATH'] ?? '', ...env }, stderr: 'pipe' }));
      clients.push(client);
      return client;
    },
    async [Symbol.asyncDispose]() {
      await Promise.allSettled(clients.map((client) => client.close()));
      const { code, stderr } = await cc(['uninstall', '--all', '--purge', '--yes']);
      if (code !== 0) console.error(`cleaning up ${home}: exit ${code}: ${stderr}`);
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** `images` of config.json for this machine: what the test runner chose, or what the script chooses. */
export async function testImages(): Promise<unknown> {
  const chosen = process.env['CC_MCP_TEST_IMAGES'];
  if (chosen !== undefined && chosen !== '') return JSON.parse(chosen);
  const { stdout } = await run('bash', [join(import.meta.dirname, '../../scripts/choose-images.sh')], { maxBuffer: 1 << 20 });
  return JSON.parse(stdout);
}

export async function readJson(path: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
}

export async function docker(...args: string[]): Promise<string> {
  return (await run('docker', args, { maxBuffer: 1 << 26 })).stdout.trim();
}

/** Text contents of a tool's result. */
export async function callText(client: Client, name: string, args: Record<string, unknown>): Promise<string> {
  const { content } = await client.callTool({ name, arguments: args });
  return (content as { type: string; text?: string }[]).map(({ text }) => text ?? '').join('\n');
}

export async function homeIdOf(user: UserHome): Promise<string> {
  const state = await readJson(join(user.ccMcpHome, 'state.json'));
  return String(state['homeId']);
}
