import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADDRESS, PODMAN } from '../support/engine.ts';
import { docker, readJson, type UserHome, userHome } from '../support/user-home.ts';

/** Each with the executable named, which others that have the package on this engine do not: no image of theirs is taken. */
const SERVERS = {
  thinking: ['npm:@modelcontextprotocol/server-sequential-thinking', '--bin', 'mcp-server-sequential-thinking'],
  time: ['pypi:mcp-server-time', '--bin', 'mcp-server-time'],
} as const;
const NAMES = ['thinking', 'time'] as const satisfies readonly (keyof typeof SERVERS)[];
const socketOf = (address: typeof ADDRESS): string => (address.kind === 'unix' ? `unix://${address.path}` : '');

interface Installed {
  readonly recipe: string;
  /** `SHA-256 path`, and `path -> target` of links, of all that the image has in /opt/cc-mcp but what Python compiled. */
  readonly files: readonly string[];
  /** `name version` of every package in the tree. */
  readonly packages: readonly string[];
}

describe('[N6] manifest and lock in the hands of a colleague', () => {
  let author: UserHome;
  let committed: Record<string, string>;
  const theirs: Record<string, Installed> = {};
  beforeAll(async () => {
    author = await userHome();
    mkdirSync(join(author.folder, '.git'));
    for (const name of NAMES) {
      const { envelope, stderr } = await author.json(['install', ...SERVERS[name], '--name', name, '--project', '--yes']);
      expect(envelope, stderr).toMatchObject({ ok: true });
      theirs[name] = await installed(ADDRESS, envelope.result);
    }
    committed = filesOf(author.folder);
    cpSync(author.folder, join(author.home, 'repository'), { recursive: true });
    // So that nothing of it is found again.
    for (const name of NAMES) expect((await author.cc(['uninstall', name])).code).toBe(0);
  });
  afterAll(() => author[Symbol.asyncDispose]());

  it.each([
    { engine: 'the same engine, with its other builder', address: ADDRESS, env: { DOCKER_BUILDKIT: '0' } },
    { engine: 'Podman', address: PODMAN.address, env: {} },
  ])('give the same installed trees on $engine', async ({ address, env }) => {
    await using user = await userHome();
    const config = join(user.ccMcpHome, 'config.json');
    writeFileSync(config, JSON.stringify({ ...(await readJson(config)), engine: socketOf(address) }), { mode: 0o600 });
    cpSync(join(author.home, 'repository'), user.folder, { recursive: true });
    const { code, envelope, stderr } = await user.json(['install', '--frozen', '--yes'], { env });
    expect([code, envelope.error], stderr).toEqual([0, undefined]);
    for (const server of envelope.result.servers as { server: string; image: string; recipe: string }[]) {
      expect(server).toMatchObject({ outcome: 'installed', built: true });
      const [mine, other] = [await installed(address, server), theirs[server.server]];
      expect(mine.packages).toEqual(other?.packages);
      expect(mine).toEqual(other);
      expect(mine.packages.length).toBeGreaterThan(20);
    }
    expect(filesOf(user.folder)).toEqual(committed);
  });
});

/** What a repository has of it. */
function filesOf(folder: string): Record<string, string> {
  const names = ['mcp.json', 'mcp.lock.json', ...readdirSync(join(folder, 'mcp.lock.d')).map((name) => `mcp.lock.d/${name}`)];
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

async function installed(address: typeof ADDRESS, { image, recipe }: { readonly image: string; readonly recipe: string }): Promise<Installed> {
  const script = `cd /opt/cc-mcp
find . -name __pycache__ -prune -o -type f -exec sha256sum {} +
find . -name __pycache__ -prune -o -type l -printf '%p -> %l\\n'
echo ===
for file in $(find . -path '*/node_modules/*' -name package.json); do sed -n 's/^ *"\\(name\\|version\\)": *"\\([^"]*\\)",*$/\\2/p' $file | head -2 | tr '\\n' ' '; echo $file; done
find . -name '*.dist-info' -printf '%f\\n'`;
  const output = await docker('--host', socketOf(address), 'run', '--rm', '--network', 'none', '--label', 'org.cc-mcp.test=1', '--entrypoint', 'sh', image, '-c', script);
  const [files = '', packages = ''] = output.split('===\n');
  return { recipe, files: files.trim().split('\n').toSorted(), packages: packages.trim().split('\n').toSorted() };
}
