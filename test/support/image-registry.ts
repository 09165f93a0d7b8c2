import { execFile, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface ImageRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT`, which engines take without TLS. */
  readonly host: string;
  readonly user: string;
  readonly password: string;
}

/** Debian's registry of images on this machine's loopback, empty; with a password it lets nobody in without. */
export async function imageRegistry({ locked = false } = {}): Promise<ImageRegistry> {
  const program = await registryProgram();
  const folder = await mkdtemp(join(tmpdir(), 'cc-mcp-registry-'));
  const [user, password] = ['reader', randomBytes(9).toString('hex')];
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  const auth = locked ? ['auth:', '  htpasswd:', '    realm: test', `    path: ${join(folder, 'htpasswd')}`] : [];
  if (locked) await writeFile(join(folder, 'htpasswd'), `${user}:${await bcrypt(password)}\n`);
  await writeFile(join(folder, 'config.yml'), ['version: 0.1', 'log: { level: error }', 'storage:', `  filesystem: { rootdirectory: ${join(folder, 'data')} }`, 'http:', `  addr: ${host}`, ...auth, ''].join('\n'));
  const child = spawn(program, ['serve', join(folder, 'config.yml')], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  for (;;) {
    const answer = await fetch(`http://${host}/v2/`).catch(() => undefined);
    if (answer !== undefined) break;
    if (child.exitCode !== null) throw new Error(`docker-registry ended with ${child.exitCode}`);
    await setTimeout(50);
  }
  return {
    host, user, password,
    async [Symbol.asyncDispose]() {
      child.kill();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The only kind of hash that it takes. */
async function bcrypt(password: string): Promise<string> {
  const { stdout } = await run('perl', ['-e', 'print crypt($ARGV[0], q($2b$05$) . $ARGV[1])', password, createHash('sha256').update(password).digest('hex').slice(0, 22)]);
  if (!stdout.startsWith('$2')) throw new Error('this machine\'s crypt knows no bcrypt');
  return stdout;
}

/** Installed, or unpacked from its package once: an installation would start it as a service. */
async function registryProgram(): Promise<string> {
  if (existsSync('/usr/bin/docker-registry')) return '/usr/bin/docker-registry';
  const folder = join(process.env['XDG_CACHE_HOME'] || join(process.env['HOME'] ?? '/', '.cache'), 'cc-mcp-tests');
  const program = join(folder, 'docker-registry');
  if (existsSync(program)) return program;
  await mkdir(folder, { recursive: true });
  const work = await mkdtemp(join(folder, 'unpack-'));
  try {
    await run('apt-get', ['download', 'docker-registry'], { cwd: work });
    await run('sh', ['-c', 'dpkg -x docker-registry_*.deb .'], { cwd: work });
    await rename(join(work, 'usr/bin/docker-registry'), program);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return program;
}
