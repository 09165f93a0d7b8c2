import { McpProcess } from './mcp-process.ts';
import { type Row, row } from './row.ts';
import { interleaved, median } from './statistics.ts';
import type { Command, Stage } from './stage.ts';

const ROUNDS = 12;
const PROBE = `${JSON.stringify({ jsonrpc: '2.0', id: 'probe', method: 'server/discover', params: { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } } })}\n`;

/** From the spawn of what a client launches to the answer of `initialize`. */
export async function connectRows(stage: Stage): Promise<readonly Row[]> {
  const connect = async (command: Command): Promise<number> => {
    const server = new McpProcess(command, stage.home.folder);
    const milliseconds = await server.connect();
    await server.end();
    return milliseconds;
  };
  const quiet = async (): Promise<void> => {
    if ((await stage.home.tokens('standby')).length === 0) await connect(stage.ours);
    await stage.settled();
  };
  await quiet();
  const { warm, second, cold, docker, host } = await interleaved(ROUNDS, {
    docker: async () => (await quiet(), connect(stage.docker)),
    warm: async () => (await quiet(), connect(stage.ours)),
    host: async () => (await quiet(), connect(stage.host)),
    async second() {
      await quiet();
      const probe = new McpProcess(stage.ours, stage.home.folder);
      probe.write(PROBE);
      await new Promise((resolve) => setTimeout(resolve, 100));
      const leaving = probe.end();
      const milliseconds = await connect(stage.ours);
      await leaving;
      return milliseconds;
    },
    async cold() {
      await quiet();
      await stage.withoutStandby();
      return connect(stage.ours);
    },
  });
  return [
    row('connect', '`docker run -i --rm`', 'ms', median(warm), median(docker), { most: 0.15 }),
    row('connect', 'bare host process', 'ms', median(warm), median(host), { most: 0.45 }),
    row('second connect, 100 ms after a probe', 'connect', 'ms', median(second), median(warm), { most: 1.2 }),
    row('cold connect', '`docker run -i --rm`', 'ms', median(cold), median(docker), { most: 1 }),
  ];
}
