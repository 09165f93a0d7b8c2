import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installedCli } from '../test/support/installed-cli.ts';
import { userHome } from '../test/support/user-home.ts';
import { McpProcess } from './mcp-process.ts';
import { type Row, row } from './row.ts';
import { median } from './statistics.ts';

const BLOCKS = 80;
const BLOCK = 25;
const NAME = 'stateful';

/** A small call to a service: through `run`, and by fetch to the same front, in turns. */
export async function httpRows(): Promise<readonly Row[]> {
  await using user = await userHome();
  cpSync(join(import.meta.dirname, '../test/fixtures/services'), join(user.folder, 'services'), { recursive: true });
  // All CPUs: the limit of half a one is not what is measured.
  const { code, stderr } = await user.cc(['install', './services', '--global', '--name', NAME, '--transport', 'http', '--cpus', '2', '--enable', '--yes', '--', NAME]);
  if (code !== 0) throw new Error(stderr);
  const { bin, node } = await installedCli();
  const through = new McpProcess({ program: node, words: [bin, 'run', NAME, '--manifest', join(user.ccMcpHome, 'mcp.json')] }, user.home);
  await through.connect();
  const direct = await Direct.connect(join(user.home, '.claude.json'));
  const samples = { through: [] as number[], direct: [] as number[] };
  for (let block = -4; block < BLOCKS; block += 1) {
    for (let count = 0; count < BLOCK; count += 1) {
      const { milliseconds } = await through.call('count', {});
      if (block >= 0) samples.through.push(milliseconds);
    }
    for (let count = 0; count < BLOCK; count += 1) {
      const milliseconds = await direct.call('count');
      if (block >= 0) samples.direct.push(milliseconds);
    }
  }
  await through.end();
  return [row('a small call through `run` to a service over HTTP, median', 'the same call by fetch to the front', 'ms', median(samples.through), median(samples.direct), { most: 1.5 })];
}

/** A client of Claude Code's entry that knows no SDK. */
class Direct {
  readonly #url: string;
  readonly #headers: Record<string, string>;
  #ids = 1;

  private constructor(url: string, headers: Record<string, string>) {
    this.#url = url;
    this.#headers = headers;
  }

  static async connect(file: string): Promise<Direct> {
    const { mcpServers } = JSON.parse(readFileSync(file, 'utf8')) as { mcpServers: Record<string, { url: string; headers: Record<string, string> }> };
    const { url = '', headers = {} } = mcpServers[NAME] ?? {};
    const direct = new Direct(url, { ...headers, 'content-type': 'application/json', accept: 'application/json, text/event-stream' });
    const answer = await direct.#post({ id: 0, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } } });
    await answer.text();
    direct.#headers['mcp-session-id'] = answer.headers.get('mcp-session-id') ?? '';
    await (await direct.#post({ method: 'notifications/initialized' })).text();
    return direct;
  }

  /** Milliseconds. */
  async call(name: string): Promise<number> {
    const startedAt = performance.now();
    const answer = await this.#post({ id: this.#ids++, method: 'tools/call', params: { name, arguments: {} } });
    const text = await answer.text();
    if (!text.includes('"result"')) throw new Error(text);
    return performance.now() - startedAt;
  }

  #post(message: object): Promise<Response> {
    return fetch(this.#url, { method: 'POST', headers: this.#headers, body: JSON.stringify({ jsonrpc: '2.0', ...message }) });
  }
}
