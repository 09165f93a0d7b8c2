import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { userHome } from '../test/support/user-home.ts';
import { nodeStart } from './node-start.ts';
import { type Row, row } from './row.ts';
import { interleaved, median } from './statistics.ts';

const PACKAGES = ['everything', 'sequential-thinking'];
const SERVERS = 20;
const ROUNDS = 5;

/** A colleague's `install` of everything that a manifest and its lock name, on an engine that has the images; less what the gates took. */
export async function lockedRows(): Promise<readonly Row[]> {
  await using author = await userHome();
  for (let index = 0; index < SERVERS; index += 1) {
    const { code, stderr } = await author.cc(['install', PACKAGES[index % PACKAGES.length] ?? '', '--name', `server-${index}`, '--global', '--yes']);
    if (code !== 0) throw new Error(stderr);
  }
  const times = await interleaved(ROUNDS, {
    async ours() {
      await using colleague = await userHome();
      for (const name of ['mcp.json', 'mcp.lock.json', 'mcp.lock.d']) cpSync(join(author.ccMcpHome, name), join(colleague.ccMcpHome, name), { recursive: true });
      const startedAt = performance.now();
      const { envelope } = await colleague.json(['install', '--frozen', '--global', '--yes']);
      const total = performance.now() - startedAt;
      const servers = envelope.result.servers as { outcome: string; built: boolean; gate: { milliseconds: number } }[];
      const installed = servers.filter(({ outcome, built }) => outcome === 'installed' && !built);
      if (installed.length !== SERVERS) throw new Error(`${installed.length} of ${SERVERS} servers were installed from images that were there`);
      return total - installed.reduce((sum, { gate }) => sum + gate.milliseconds, 0);
    },
    node: nodeStart,
  });
  return [row(`\`install\` from the lock, ${SERVERS} servers`, '`node -e 0`', 'ms', median(times.ours), median(times.node), { most: 30 })];
}
