import { spawnSync } from 'node:child_process';
import { docker, homeIdOf, userHome } from '../test/support/user-home.ts';
import { type Row, row } from './row.ts';
import { interleaved, median } from './statistics.ts';

const SERVERS = 20;
const ROUNDS = 10;

/** `status` with live figures of many servers, against the engine's own command for the same containers. */
export async function statusRows(): Promise<readonly Row[]> {
  await using user = await userHome();
  for (let index = 0; index < SERVERS; index += 1) {
    const { code, stderr } = await user.cc(['install', 'everything', '--name', `server-${index}`, '--enable', '--yes']);
    if (code !== 0) throw new Error(stderr);
  }
  const ids = (await docker('ps', '--quiet', '--filter', `label=io.cc-mcp.home=${await homeIdOf(user)}`)).split('\n');
  const times = await interleaved(ROUNDS, {
    async ours() {
      const startedAt = performance.now();
      const { envelope } = await user.json(['status']);
      const milliseconds = performance.now() - startedAt;
      const live = (envelope.result.servers as { memoryBytes: number | null }[]).filter(({ memoryBytes }) => memoryBytes !== null);
      if (live.length !== ids.length) throw new Error(`status shows figures of ${live.length} servers, ${ids.length} run`);
      return milliseconds;
    },
    async docker() {
      const startedAt = performance.now();
      spawnSync('docker', ['stats', '--no-stream', ...ids]);
      return performance.now() - startedAt;
    },
  });
  return [row(`\`status --json\`, ${ids.length} servers`, '`docker stats --no-stream`', 'ms', median(times.ours), median(times.docker), { most: 0.35 })];
}
