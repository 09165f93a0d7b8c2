import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type UserHome, userHome } from '../test/support/user-home.ts';
import { type Row, row } from './row.ts';
import { interleaved, median } from './statistics.ts';

const SERVERS = 50;
const ROUNDS = 10;

/** `enable` in a home where nothing else is enabled, and in one with 49 other servers. Without standbys: what they take to load is not what is measured. */
export async function enableRows(): Promise<readonly Row[]> {
  await using alone = await userHome();
  await using among = await userHome();
  await install(alone, ['first']);
  const names = Array.from({ length: SERVERS }, (_, index) => `server-${index}`);
  await install(among, names);
  for (const name of names.slice(0, -1)) await must(among, ['enable', name]);
  const last = names.at(-1) ?? '';
  const times = await interleaved(ROUNDS, { first: () => enable(alone, 'first'), last: () => enable(among, last) });
  return [row(`\`enable\` of the ${SERVERS}th server`, '`enable` of the 1st', 'ms', median(times.last), median(times.first), { most: 1.3 })];
}

/** One image under all names: every other install of it finds it built. */
async function install(user: UserHome, names: readonly string[]): Promise<void> {
  for (const name of names) await must(user, ['install', 'sequential-thinking', '--name', name, '--global', '--yes']);
  const path = join(user.ccMcpHome, 'mcp.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as { mcpServers: Record<string, object> };
  const mcpServers = Object.fromEntries(Object.entries(manifest.mcpServers).map(([name, server]) => [name, { ...server, standby: 'off' }]));
  writeFileSync(path, `${JSON.stringify({ ...manifest, mcpServers }, null, 2)}\n`);
}

async function enable(user: UserHome, name: string): Promise<number> {
  const startedAt = performance.now();
  await must(user, ['enable', name]);
  const milliseconds = performance.now() - startedAt;
  await must(user, ['disable', name]);
  return milliseconds;
}

async function must(user: UserHome, words: readonly string[]): Promise<void> {
  const { code, stderr } = await user.cc(words);
  if (code !== 0) throw new Error(stderr);
}
