import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A shell, and what it needs in the environment. */
export interface ShellProgram extends AsyncDisposable {
  readonly path: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Folder of its functions, where they are not where it looks itself. */
  readonly functions: string;
}

const PACKAGES = { zsh: ['zsh', 'zsh-common'], fish: ['fish', 'fish-common', 'libpcre2-32-0'] } as const;

/** A shell of this machine; where it has none, Debian's package, unpacked into a temporary folder and not installed. */
export async function shellProgram(name: keyof typeof PACKAGES): Promise<ShellProgram> {
  const { stdout } = await run('sh', ['-c', `command -v ${name} || true`]);
  if (stdout !== '') return { path: stdout.trim(), environment: {}, functions: '', [Symbol.asyncDispose]: async () => {} };
  const folder = await mkdtemp(join(tmpdir(), `cc-mcp-${name}-`));
  const root = join(folder, 'root');
  await mkdir(root);
  const download = (): Promise<unknown> => run('apt-get', ['download', ...PACKAGES[name]], { cwd: folder });
  // A machine that never installed anything has no package lists, or old ones.
  await download().catch(() => run('apt-get', ['update']).then(download));
  for (const file of await readdir(folder)) if (file.endsWith('.deb')) await run('dpkg-deb', ['--extract', join(folder, file), root]);
  const shell = { zsh: zshIn, fish: fishIn }[name];
  return { ...(await shell(root)), [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

async function zshIn(root: string): Promise<Omit<ShellProgram, keyof AsyncDisposable>> {
  return { path: join(root, 'bin/zsh'), environment: { MODULES: dirname(dirname(await find(root, 'zpty.so'))) }, functions: join(root, 'usr/share/zsh/functions') };
}

async function fishIn(root: string): Promise<Omit<ShellProgram, keyof AsyncDisposable>> {
  return { path: join(root, 'usr/bin/fish'), environment: { LD_LIBRARY_PATH: dirname(await find(root, 'libpcre2-32.so.0')) }, functions: join(root, 'usr/share/fish/functions') };
}

async function find(root: string, name: string): Promise<string> {
  const { stdout } = await run('find', [root, '-name', name]);
  const [first = ''] = stdout.split('\n');
  if (first === '') throw new Error(`${name} is not in the package`);
  return first;
}
