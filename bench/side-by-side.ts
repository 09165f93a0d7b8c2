import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { userHome } from '../test/support/user-home.ts';
import { type Row, row } from './row.ts';
import { interleaved, median } from './statistics.ts';

const PACKAGES = ['everything', 'sequential-thinking', 'memory', 'time', 'fetch'];
const ROUNDS = 3;
const RUNTIMES = ['node', 'python'] as const;

/** Five installations in five processes at once, against the sum of each alone: from reference to proven server, with nothing built before. */
export async function sideBySideRows(): Promise<readonly Row[]> {
  await using user = await userHome();
  const config = join(user.ccMcpHome, 'config.json');
  const { images = {} } = JSON.parse(readFileSync(config, 'utf8')) as { images?: { bases?: Record<string, string> } };
  const bases: Record<string, string> = { node: 'node:24-slim', python: 'python:3.13-slim', ...images.bases };
  let round = 0;
  const made: string[] = [];
  /** Bases that no other build had, so that no image and no layer is found again. */
  const freshBases = (): void => {
    round += 1;
    const fresh = RUNTIMES.map((runtime) => {
      const tag = `cc-mcp-test/bench-${runtime}:${process.pid}-${round}`;
      execFileSync('docker', ['build', '--quiet', '--label', 'org.cc-mcp.test=1', '--tag', tag, '-'], { input: `FROM ${bases[runtime]}\nENV CC_MCP_BENCH=${process.pid}-${round}\n`, stdio: ['pipe', 'ignore', 'pipe'] });
      made.push(tag);
      return [runtime, tag];
    });
    writeFileSync(config, JSON.stringify({ images: { ...images, bases: { ...bases, ...Object.fromEntries(fresh) } } }));
  };
  const install = async (name: string): Promise<void> => {
    const { envelope, stderr } = await user.json(['install', name, '--global', '--yes', '--allow-net']);
    if (envelope.result?.built !== true) throw new Error(`${name} was not built: ${stderr}${JSON.stringify(envelope)}`);
  };
  const measured = async (work: () => Promise<unknown>): Promise<number> => {
    freshBases();
    const startedAt = performance.now();
    await work();
    const milliseconds = performance.now() - startedAt;
    for (const name of PACKAGES) {
      const { code, stderr } = await user.cc(['uninstall', name, '--purge', '--yes']);
      if (code !== 0) throw new Error(stderr);
    }
    return milliseconds;
  };
  try {
    const times = await interleaved(ROUNDS, {
      alone: () => measured(async () => {
        for (const name of PACKAGES) await install(name);
      }),
      together: () => measured(() => Promise.all(PACKAGES.map(install))),
    });
    return [row('`install` of five servers side by side', 'the sum of the five alone', 'ms', median(times.together), median(times.alone), { most: 0.7 })];
  } finally {
    for (const tag of made) execFileSync('docker', ['image', 'rm', tag], { stdio: 'ignore' });
  }
}
