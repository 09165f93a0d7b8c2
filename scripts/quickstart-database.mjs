import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { capture, QuickstartError, succeeds } from './quickstart-process.mjs';

const LABEL = 'io.cc-mcp.quickstart=1';
const USER = 'quickstart';
const PORT = 5432;
const READY_MILLISECONDS = 60_000;
/** The uid of the official image. */
const UID = '999:999';

/** The database of an earlier run, whether it runs or not. */
export async function findDatabase(name) {
  const container = containerOf(name);
  const there = await inspect('container', container);
  if (there === undefined) return undefined;
  refuseForeign(there.Config.Labels, `container ${container}`);
  const prefix = 'POSTGRES_PASSWORD=';
  const password = there.Config.Env.find((line) => line.startsWith(prefix))?.slice(prefix.length) ?? '';
  return { container, network: name, password };
}

/** PostgreSQL that only the containers on its own network reach. Its data live in memory and go with it. */
export async function createDatabase(name, image) {
  const container = containerOf(name);
  await createNetwork(name);
  const password = randomBytes(24).toString('hex');
  const owner = `uid=${UID.replace(':', ',gid=')}`;
  await capture('docker', [
    'create', '--name', container, '--label', LABEL, '--network', name, '--hostname', container,
    '--user', UID, '--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--init',
    '--tmpfs', `/var/lib/postgresql/data:rw,noexec,nosuid,nodev,size=256m,mode=0700,${owner}`,
    '--tmpfs', `/var/run/postgresql:rw,noexec,nosuid,nodev,size=1m,mode=0700,${owner}`,
    '--tmpfs', '/tmp:rw,noexec,nosuid,nodev,size=16m,mode=1777',
    '--memory', '256m', '--memory-swap', '256m', '--cpus', '1', '--pids-limit', '64',
    '--log-opt', 'max-size=1m',
    '--env', 'POSTGRES_PASSWORD', '--env', `POSTGRES_USER=${USER}`, '--env', `POSTGRES_DB=${USER}`,
    image,
  ], { environment: { POSTGRES_PASSWORD: password }, stderr: 'inherit' });
  return { container, network: name, password };
}

/** Starts it where it does not run, and waits for its TCP port: the image's first server, for initdb, listens on a unix socket only. */
export async function startDatabase({ container }) {
  if (!(await succeeds('docker', ['start', container]))) return false;
  const end = Date.now() + READY_MILLISECONDS;
  while (Date.now() < end) {
    if (await succeeds('docker', ['exec', container, 'pg_isready', '--quiet', '--host', '127.0.0.1', '--port', String(PORT), '--username', USER])) return true;
    if (!(await inspect('container', container))?.State.Running) return false;
    await sleep(200);
  }
  return false;
}

/** Takes container and network away, where they are ours. */
export async function removeDatabase(name) {
  await removeContainer(name);
  const network = await inspect('network', name);
  if (network === undefined) return;
  refuseForeign(network.Labels, `network ${name}`);
  await capture('docker', ['network', 'rm', name]);
}

export async function removeContainer(name) {
  const container = containerOf(name);
  const there = await inspect('container', container);
  if (there === undefined) return;
  refuseForeign(there.Config.Labels, `container ${container}`);
  await capture('docker', ['rm', '--force', '--volumes', container]);
}

/** A file that only this user reads, in a folder that goes with it. */
export function writeEnvironmentFile({ container, password }) {
  const folder = mkdtempSync(join(tmpdir(), 'cc-mcp-quickstart-'));
  const path = join(folder, 'database.env');
  writeFileSync(path, `DATABASE_URI=postgresql://${USER}:${password}@${container}:${PORT}/${USER}\n`, { mode: 0o600 });
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** No route out, and no address of this machine on it. */
async function createNetwork(name) {
  const there = await inspect('network', name);
  if (there !== undefined) return refuseForeign(there.Labels, `network ${name}`);
  await capture('docker', ['network', 'create', '--internal', '--opt', 'com.docker.network.bridge.inhibit_ipv4=true', '--label', LABEL, name]);
}

function containerOf(name) {
  return `${name}-db`;
}

function refuseForeign(labels, what) {
  const [key, value] = LABEL.split('=');
  if (labels?.[key] === value) return;
  throw new QuickstartError(`there is a ${what} that no quickstart made: rename it, or set CC_MCP_QUICKSTART_NAME to another name`, 5);
}

/** What the engine says about one thing of exactly this name, or undefined when there is none. */
async function inspect(kind, name) {
  const ids = await capture('docker', [kind, 'ls', '--quiet', '--no-trunc', '--filter', `name=${name}`, ...(kind === 'container' ? ['--all'] : [])]);
  for (const id of ids.split('\n').filter(Boolean)) {
    const [found] = JSON.parse(await capture('docker', [kind, 'inspect', id]));
    if (found.Name.replace(/^\//, '') === name) return found;
  }
  return undefined;
}
