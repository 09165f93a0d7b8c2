import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SessionRecipe } from '../src/domain/effective-plan.ts';
import { eventually } from '../test/support/run-client.ts';
import { SessionHome } from '../test/support/session-home.ts';
import { type SessionProgram, sessionProgram } from '../test/support/session-program.ts';
import { ENTRY, filesystemServer } from './filesystem-server.ts';

const SERVER_AT = '/opt/cc-mcp/server';

export interface Command {
  readonly program: string;
  readonly words: readonly string[];
}

/** One server, the ways to start it, and nothing else on the stage. */
export interface Stage extends AsyncDisposable {
  readonly home: SessionHome;
  readonly data: string;
  readonly ours: Command;
  /** The same container by the engine's own command, cold as `docker run` always is. */
  readonly docker: Command;
  readonly host: Command;
  readonly bin: string;
  /** One standby waits, and no session container is left. */
  settled(): Promise<void>;
  withoutStandby(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const [home, program] = [await SessionHome.create(), await sessionProgram()];
  const data = join(home.folder, 'data');
  mkdirSync(data);
  writeFileSync(join(data, 'small.txt'), 'a small file\n');
  writeFileSync(join(data, 'large.txt'), largeText());
  const server = filesystemServer();
  const mounts = [{ source: server, target: SERVER_AT, readOnly: true }, { source: data, target: data, readOnly: true }];
  const recipe = await home.recipeFor(['node', `${SERVER_AT}/${ENTRY}`, data], { name: 'filesystem', mounts });
  await home.writeRecipe(recipe);
  return {
    home,
    data,
    bin: program.bin,
    ours: { program: process.execPath, words: [program.bin, 'run', 'filesystem', '--manifest', recipe.manifestPath] },
    docker: { program: 'docker', words: dockerWords(recipe) },
    host: { program: process.execPath, words: [join(server, ENTRY), data] },
    settled: () => settled(home),
    withoutStandby: () => withoutStandby(home),
    [Symbol.asyncDispose]: () => leave(home, program),
  };
}

/** `docker run` with the profile of the recipe, word by word. */
function dockerWords({ body, environment }: SessionRecipe): string[] {
  const host = body['HostConfig'] as { Memory: number; NanoCpus: number; PidsLimit: number; Tmpfs: Record<string, string>; Mounts: { Source: string; Target: string }[] };
  const [program = '', ...rest] = body['Entrypoint'] as string[];
  return [
    'run', '-i', '--rm', '--init', '--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--network', 'none', '--ipc', 'private', '--log-driver', 'none',
    '--no-healthcheck', '--user', String(body['User']), '--workdir', '/tmp', '--memory', String(host.Memory), '--memory-swap', String(host.Memory),
    '--cpus', String(host.NanoCpus / 1e9), '--pids-limit', String(host.PidsLimit), '--label', 'org.cc-mcp.test=1',
    ...Object.entries(host.Tmpfs).map(([target, options]) => `--tmpfs=${target}:${options}`),
    ...host.Mounts.map(({ Source, Target }) => `--mount=type=bind,src=${Source},dst=${Target},readonly`),
    ...Object.entries(environment).map(([name, origin]) => `--env=${name}=${origin.kind === 'literal' ? origin.value : ''}`),
    '--entrypoint', program, String(body['Image']), ...rest,
  ];
}

function largeText(): string {
  const line = 'The quick brown fox jumps over the lazy dog, and says "hello" in a file of some size.\n';
  return line.repeat(Math.ceil((1024 * 1024) / line.length)).slice(0, 1024 * 1024);
}

async function settled(home: SessionHome): Promise<void> {
  await eventually('one settled standby', async () => {
    const [standbys, containers] = [await home.tokens('standby'), await home.containers()];
    const marks = await home.tokens('settled');
    return standbys.length === 1 && containers.length === 1 && marks.some((mark) => standbys[0]?.endsWith(mark)) && (await home.tokens('starting')).length === 0;
  });
  await new Promise((resolve) => setTimeout(resolve, 400));
}

async function withoutStandby(home: SessionHome): Promise<void> {
  await home.removeStandbys();
}

async function leave(home: SessionHome, program: SessionProgram): Promise<void> {
  await home[Symbol.asyncDispose]();
  await program[Symbol.asyncDispose]();
}
