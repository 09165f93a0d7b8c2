import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { McpProcess } from './mcp-process.ts';
import { type Row, row } from './row.ts';
import type { Stage } from './stage.ts';
import { interleaved, median } from './statistics.ts';

const ROUNDS = 20;
const MEMORY_ROUNDS = 10;
const IDLE_MILLISECONDS = 1500;

/** What the program itself costs: its start, and its memory while a session is idle. */
export async function processRows(stage: Stage): Promise<readonly Row[]> {
  const environment = { HOME: stage.home.folder, PATH: process.env['PATH'] ?? '' };
  const run = async (words: readonly string[]): Promise<number> => {
    const startedAt = performance.now();
    const { status } = spawnSync(process.execPath, words, { env: environment, stdio: 'ignore' });
    if (status !== 0) throw new Error(`${words.join(' ')} exited with ${status}`);
    return performance.now() - startedAt;
  };
  const start = await interleaved(ROUNDS, { node: () => run(['-e', '0']), ours: () => run([stage.bin, '--version']) });
  const memory = await interleaved(MEMORY_ROUNDS, {
    async node() {
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9)'], { env: environment, stdio: 'ignore' });
      const bytes = await idle(child);
      child.kill();
      return bytes;
    },
    async ours() {
      const server = new McpProcess(stage.ours, stage.home.folder);
      await server.connect();
      const bytes = await idle(server.child);
      await server.end();
      return bytes;
    },
  });
  return [
    row('`cc-mcp --version`', '`node -e 0`', 'ms', median(start.ours), median(start.node), { most: 2 }),
    row('resident memory of an idle `run`', '`node -e` that only waits', 'MB', median(memory.ours), median(memory.node), { most: 1.5 }),
  ];
}

async function idle(child: Pick<ChildProcess, 'pid'>): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, IDLE_MILLISECONDS));
  const kilobytes = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
}
