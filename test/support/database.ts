import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { docker, testImages } from './user-home.ts';

/** A real PostgreSQL in a container of the test, on an internal network of its own. */
export interface Database extends AsyncDisposable {
  readonly network: string;
  readonly password: string;
  /** Holds DATABASE_URI. */
  readonly envFile: string;
}

/** One that listens on this machine's 127.0.0.1 alone, as a user's own often does. */
export interface LocalDatabase extends AsyncDisposable {
  readonly port: number;
  readonly uri: string;
}

const TMPFS = ['--tmpfs', '/var/lib/postgresql/data:uid=999,gid=999,mode=0700', '--tmpfs', '/var/run/postgresql:uid=999,gid=999'];

export async function startLocalDatabase(): Promise<LocalDatabase> {
  const name = `cc-mcp-test-db-${randomBytes(4).toString('hex')}`;
  const password = `pw-${randomBytes(12).toString('hex')}`;
  const port = await freePort();
  await docker('run', '--detach', '--name', name, '--network', 'host', '--label', 'org.cc-mcp.test=1', '--user', '999:999', ...TMPFS, '--env', `POSTGRES_PASSWORD=${password}`,
    await databaseImage(), 'postgres', '-c', 'listen_addresses=127.0.0.1', '-c', `port=${port}`);
  await untilReady(name, port);
  return { port, uri: `postgresql://postgres:${password}@localhost:${port}/postgres`, [Symbol.asyncDispose]: async () => void (await docker('rm', '--force', '--volumes', name)) };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function databaseImage(): Promise<string> {
  const images = (await testImages()) as { images?: { rewrite?: Record<string, string> } };
  return images.images?.rewrite?.['postgres:17'] ?? 'postgres:17';
}

async function untilReady(name: string, port: number): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await docker('exec', name, 'pg_isready', '-h', '127.0.0.1', '-p', String(port), '-U', 'postgres');
      return;
    } catch (error) {
      if (tries > 60) throw error;
      await delay(250);
    }
  }
}

export async function startDatabase(): Promise<Database> {
  const name = `cc-mcp-test-db-${randomBytes(4).toString('hex')}`;
  const password = `pw-${randomBytes(12).toString('hex')}`;
  const folder = await mkdtemp(join(tmpdir(), 'cc-mcp-db-'));
  await docker('network', 'create', '--internal', '--label', 'org.cc-mcp.test=1', name);
  await docker('run', '--detach', '--name', name, '--network', name, '--label', 'org.cc-mcp.test=1', '--user', '999:999', ...TMPFS, '--env', `POSTGRES_PASSWORD=${password}`, await databaseImage());
  await untilReady(name, 5432);
  const envFile = join(folder, 'db.env');
  await writeFile(envFile, `DATABASE_URI=postgresql://postgres:${password}@${name}:5432/postgres\n`, { mode: 0o600 });
  return {
    network: name,
    password,
    envFile,
    async [Symbol.asyncDispose]() {
      await docker('rm', '--force', '--volumes', name);
      await docker('network', 'rm', name);
      await rm(folder, { recursive: true });
    },
  };
}
