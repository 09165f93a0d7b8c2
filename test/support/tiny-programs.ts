import { setTimeout as delay } from 'node:timers/promises';
import type { ExecScript, Script, ScriptedProcess } from '../../src/docker/in-memory-engine.ts';

/** Programs for contract tests: the commands that a real container runs, and what stands for them in the in-memory engine. */
export const PROGRAM = {
  echo: ['cat'],
  exit7: ['sh', '-c', 'exit 7'],
  words: ['sh', '-c', 'echo out; echo err >&2; exit 3'],
  sleep: ['sleep', '600'],
  stubborn: ['sh', '-c', 'trap "" TERM; while :; do sleep 1; done'],
  flood: ['sh', '-c', 'head -c 3000000 /dev/zero'],
  variable: ['sh', '-c', 'printf %s "$WORD"'],
} as const;

const SCRIPTS: Readonly<Record<keyof typeof PROGRAM, Script>> = {
  async echo({ stdin, stdout, signal }) {
    const asked = new Promise<number>((resolve) => signal.addEventListener('abort', () => resolve(143)));
    return Promise.race([asked, copy(stdin, stdout)]);
  },
  exit7: () => 7,
  words({ stdout, stderr }) {
    stdout.write('out\n');
    stderr.write('err\n');
    return 3;
  },
  sleep: ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(143))),
  stubborn: async () => delay(600_000, 0, { ref: false }),
  async flood({ stdout }) {
    for (let written = 0; written < 3_000_000; written += 30_000) {
      if (!stdout.write(Buffer.alloc(30_000))) await new Promise((resolve) => stdout.once('drain', resolve));
    }
    return 0;
  },
  variable({ stdout, environment }) {
    stdout.write(environment['WORD'] ?? '');
    return 0;
  },
};

export async function tinyScript(process: ScriptedProcess): ReturnType<typeof copy> {
  const name = Object.entries(PROGRAM).find(([, command]) => command.join(' ') === process.command.join(' '))?.[0];
  if (name === undefined || !isProgram(name)) throw new Error(`${process.command.join(' ')}: not found`);
  const result = await SCRIPTS[name](process);
  return typeof result === 'number' ? result : result.exitCode;
}

/** `sh -c 'cat FILE; exit N'` and nothing else. */
export const tinyExec: ExecScript = (command, files) => {
  const [, file = '', code] = /^cat (\S+); exit (\d+)$/.exec(command[2] ?? '') ?? [];
  return { exitCode: Number(code ?? 127), output: new TextDecoder().decode(files.get(file)) };
};

function isProgram(name: string): name is keyof typeof PROGRAM {
  return name in PROGRAM;
}

async function copy(from: ScriptedProcess['stdin'], to: ScriptedProcess['stdout']): Promise<number> {
  for await (const chunk of from) if (!to.write(chunk)) await new Promise((resolve) => to.once('drain', resolve));
  return 0;
}
