import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scratch, type Scratch } from '../../test/faults/files-fixture.ts';
import type { LauncherFacts } from './launcher-script.ts';
import { createLauncher } from './launcher.ts';
import { acceptsVersion } from './node-range.ts';

const ROOT = dirname(dirname(import.meta.dirname));
const RANGE = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { engines: { node: string } }).engines.node;

let here: Scratch;
let facts: Omit<LauncherFacts, 'home'>;
beforeEach(() => {
  here = scratch();
  mkdirSync(here.path("pack's age/bin"), { recursive: true });
  mkdirSync(here.path('user'));
  fakeNode(here.path('nodes/99/bin/node'));
  writeFileSync(here.path("pack's age/bin/cc-mcp.js"), '#!/usr/bin/env node\nconsole.log(JSON.stringify([process.env.FAKE_NODE, process.argv[1], process.argv.slice(2), process.env.CC_MCP_HOME]));\n', { mode: 0o755 });
  writeFileSync(here.path('shell'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  // No Node of this machine is in that range: only those that are made here do.
  facts = { node: here.path('nodes/99/bin/node'), program: here.path("pack's age/bin/cc-mcp.js"), nodeRange: '>=99', homeFolder: here.path('user'), shell: here.path('shell') };
});
afterEach(() => here[Symbol.dispose]());

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** From `/`, with nothing in the environment but what is given. */
const run = async (args: readonly string[] = [], environment: Record<string, string> = {}): Promise<Run> => {
  const launcher = createLauncher(here.files, facts);
  await launcher.repair();
  return start(launcher.path(), args, environment);
};
const start = (path: string, args: readonly string[], environment: Record<string, string>): Promise<Run> =>
  new Promise((resolve) => {
    const child = execFile('/usr/bin/env', ['-i', ...Object.entries(environment).map(([name, value]) => `${name}=${value}`), path, ...args], { cwd: '/', env: {} }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }));
  });
const answer = ({ stdout }: Run): readonly unknown[] => JSON.parse(stdout) as readonly unknown[];
/** Any version, and says which of several it is. */
const fakeNode = (path: string): void => program(path, `#!/bin/sh\n[ "$1" = -e ] && exit 0\nFAKE_NODE=$0 exec '${process.execPath}' "$@"\n`);
const program = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode: 0o755 });
};

describe('the launcher', () => {
  it('starts the recorded program with its arguments as they are, from /, without any environment', async () => {
    const args = ['run', 'a b', '--manifest', "/it's/$HOME", '', '*'];
    expect(answer(await run(args))).toEqual([facts.node, facts.program, args, here.home.folder]);
  });

  it('starts no other process on its way', async () => {
    await run();
    const text = readFileSync(here.home.path('bin/cc-mcp'), 'utf8').split('\n');
    const normal = text.slice(0, text.findIndex((line) => line.includes('exec "$node" -- "$bin"')) + 1);
    expect(normal.join('\n')).not.toMatch(/\$\(|`|\|/);
  });

  it('finds a Node on the PATH when the recorded one moved, and passes over one that is too old', async () => {
    program(here.path('old/node'), '#!/bin/sh\nexit 1\n');
    renameSync(here.path('nodes/99'), here.path('nodes/100'));
    const result = await startMoved({ PATH: `${here.path('old')}::relative:${here.path('nodes/100/bin')}:/usr/bin:/bin` });
    expect(answer(result)[0]).toBe(here.path('nodes/100/bin/node'));
  });

  it('finds a Node where nvm puts them', async () => {
    mkdirSync(here.path('user/.nvm/versions/node'), { recursive: true });
    renameSync(here.path('nodes/99'), here.path('user/.nvm/versions/node/v99.0.0'));
    expect(answer(await startMoved({ PATH: '/usr/bin:/bin' }))[0]).toBe(here.path('user/.nvm/versions/node/v99.0.0/bin/node'));
  });

  it('asks the login shell last, and reads its answer among what start-up files print', async () => {
    renameSync(here.path('nodes/99'), here.path('nodes/100'));
    program(here.path('shell'), `#!/bin/sh\n[ "$1 $2" = "-lc command -v node" ] || exit 9\necho welcome\necho ${here.path('nodes/100/bin/node')}\n`);
    const result = await startMoved({ PATH: '/usr/bin:/bin', SHELL: here.path('shell'), TMPDIR: here.folder });
    expect(answer(result)[0]).toBe(here.path('nodes/100/bin/node'));
  });

  it('does not wait for a login shell that hangs, and says in one line what is missing', async () => {
    rmSync(here.path('nodes'), { recursive: true });
    program(here.path('shell'), '#!/bin/sh\nsleep 20\n');
    const began = performance.now();
    const result = await startMoved({ PATH: '/usr/bin:/bin' });
    expect(performance.now() - began).toBeLessThan(15_000);
    expect(result).toEqual({ code: 3, stdout: '', stderr: expect.stringMatching(/^cc-mcp: no Node\.js \S.* found, .*\n$/) as string });
  }, 30_000);

  it('finds the package again on the PATH, whether its program is a link or a shell script, and never itself', async () => {
    const launcher = createLauncher(here.files, facts);
    await launcher.repair();
    renameSync(here.path("pack's age"), here.path('package'));
    mkdirSync(here.path('npm'));
    symlinkSync('../package/bin/cc-mcp.js', here.path('npm/cc-mcp'));
    const own = dirname(launcher.path());
    const linked = await start(launcher.path(), ['x'], { PATH: `${own}:${here.path('npm')}:/usr/bin:/bin` });
    expect(answer(linked).slice(2)).toEqual([['x'], here.home.folder]);
    program(here.path('pnpm/cc-mcp'), `#!/bin/sh\nexec node ${here.path('package/bin/cc-mcp.js')} "$@"\n`);
    expect(answer(await start(launcher.path(), ['x'], { PATH: `${own}:${here.path('pnpm')}:/usr/bin:/bin` }))[2]).toEqual(['x']);
    const gone = await start(launcher.path(), ['x'], { PATH: `${own}:/usr/bin:/bin`, SHELL: here.path('shell') });
    expect(gone).toEqual({ code: 3, stdout: '', stderr: expect.stringMatching(/^cc-mcp: the package is gone from .*\n$/) as string });
  }, 30_000);

  it('is repaired by any command of a package that moved', async () => {
    await run();
    renameSync(here.path("pack's age"), here.path('package'));
    facts = { ...facts, program: here.path('package/bin/cc-mcp.js') };
    expect(answer(await run(['x'])).slice(1, 3)).toEqual([facts.program, ['x']]);
  });

  it('is written only when it differs, executable whatever the umask or somebody else made of it', async () => {
    const launcher = createLauncher(here.files, facts);
    await launcher.repair();
    const before = statSync(launcher.path());
    expect(before.mode & 0o777).toBe(0o755);
    await launcher.repair();
    expect(statSync(launcher.path()).ino).toBe(before.ino);
    chmodSync(launcher.path(), 0o600);
    await launcher.repair();
    expect(statSync(launcher.path()).mode & 0o777).toBe(0o755);
    writeFileSync(launcher.path(), 'broken');
    await launcher.repair();
    expect(readFileSync(launcher.path(), 'utf8')).toMatch(/^#!\/bin\/sh\n/);
  });

  /** Without repairing: something moved after the launcher was written. */
  async function startMoved(environment: Record<string, string>): Promise<Run> {
    const launcher = createLauncher(here.files, facts);
    await launcher.repair();
    return start(launcher.path(), [], environment);
  }
});

describe('the range of Nodes', () => {
  const accepts = (range: string, version: string): boolean => {
    let code: number | undefined;
    const fake = { versions: { node: version }, exit: (value: number) => { code = value; } };
    // oxlint-disable-next-line no-new-func -- the text is a program for another Node.
    new Function('process', acceptsVersion(range))(fake);
    return code === 0;
  };

  it('is read as npm reads it', () => {
    const expected = { '18.20.0': false, '22.22.1': false, '22.22.2': true, '22.23.0': true, '23.0.0': false, '24.14.9': false, '24.15.0': true, '25.0.0': true };
    for (const [version, verdict] of Object.entries(expected)) expect([version, accepts('^22.22.2 || >=24.15', version)]).toEqual([version, verdict]);
    expect(accepts(RANGE, process.versions.node)).toBe(true);
  });

  it('of a form that is not known is a bug, not a guess', () => {
    expect(() => acceptsVersion('~22')).toThrow('engines.node');
  });
});
