import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmptyHome } from '../support/empty-home.ts';
import { emptyHome, NO_ENGINE } from '../support/empty-home.ts';
import { installedCli } from '../support/installed-cli.ts';
import { shellProgram } from '../support/shell-program.ts';
import type { ShellProgram } from '../support/shell-program.ts';

const run = promisify(execFile);

/** What is typed, and what stands there after TAB. */
const CASES = [
  ['cc-mcp en', 'enable'],
  ['cc-mcp install post', 'postgres-mcp'],
  ['cc-mcp install --allow-r', '--allow-read'],
  ['cc-mcp config set run', 'run.waitForEngine'],
  ['cc-mcp disable my-', 'my-server'],
  ['cc-mcp completion z', 'zsh'],
] as const;

describe('completion', () => {
  let user: EmptyHome;
  let environment: Record<string, string>;
  beforeAll(async () => {
    user = await emptyHome();
    const { bin, node } = await installedCli();
    const folder = join(user.home, 'bin');
    await mkdir(folder);
    await writeFile(join(folder, 'cc-mcp'), `#!/bin/sh\nexec '${node}' '${bin}' "$@"\n`, { mode: 0o755 });
    await writeFile(join(user.home, 'mcp.json'), '{ "mcpServers": { "my-server": { "command": "x" } } }');
    environment = { PATH: `${folder}:${process.env['PATH'] ?? ''}`, HOME: user.home, TERM: 'dumb', CC_MCP_CONFIG: join(user.home, 'mcp.json'), ...NO_ENGINE };
    for (const shell of ['bash', 'fish', 'zsh']) await writeFile(join(user.home, `script.${shell}`), (await user.cc(['completion', shell])).stdout);
  });
  afterAll(() => user[Symbol.asyncDispose]());

  it('takes the shell of SHELL, and names those that there are', async () => {
    expect((await user.cc(['completion'], { env: { SHELL: '/usr/bin/fish' } })).stdout).toMatch(/completion for fish/);
    expect(await user.cc(['completion', 'tcsh'])).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^Error: There is no completion for "tcsh"\n {2}Try: cc-mcp completion bash\n/) as string });
    expect((await user.cc(['completion'], { env: { SHELL: '/bin/sh' } })).code).toBe(2);
  });

  it.each(CASES)('bash: %s', async (line, wanted) => {
    const script = `source '${join(user.home, 'script.bash')}'; COMP_WORDS=(${line}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _cc_mcp; printf '%s\\n' "\${COMPREPLY[@]}"`;
    expect((await run('bash', ['--norc', '-c', script], { env: environment })).stdout.split('\n')).toContain(wanted);
  });

  it('bash: files where a flag takes one, and nothing after a value or behind --', async () => {
    const reply = async (line: string): Promise<string> => {
      const script = `cd '${user.home}'; source script.bash; COMP_WORDS=(${line}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _cc_mcp; echo "\${COMPREPLY[@]}"`;
      return (await run('bash', ['--norc', '-c', script], { env: environment })).stdout.trim();
    };
    expect(await reply('cc-mcp install --env-file mcp')).toBe('mcp.json');
    expect(await reply("cc-mcp install --memory ''")).toBe('');
    expect(await reply("cc-mcp install memory -- ''")).toBe('');
    expect(await reply("cc-mcp install --memory 1g ''")).toContain('postgres-mcp');
  });

  describe('in fish', () => {
    let fish: ShellProgram;
    beforeAll(async () => { fish = await shellProgram('fish'); });
    afterAll(() => fish[Symbol.asyncDispose]());

    it.each(CASES)('%s', async (line, wanted) => {
      const functions = fish.functions === '' ? '' : `set -g fish_function_path '${fish.functions}'; `;
      const { stdout } = await run(fish.path, ['--no-config', '-c', `${functions}source '${join(user.home, 'script.fish')}'; complete -C '${line}'`], { env: { ...environment, ...fish.environment } });
      expect(stdout.split('\n').map((each) => each.split('\t')[0])).toContain(wanted);
    });
  });

  describe('in zsh', () => {
    let zsh: ShellProgram;
    beforeAll(async () => { zsh = await shellProgram('zsh'); });
    afterAll(() => zsh[Symbol.asyncDispose]());

    it.each(CASES)('%s', async (line, wanted) => {
      const driver = join(import.meta.dirname, '../fixtures/completion/complete.zsh');
      const env = { ...environment, ...zsh.environment, ZSH_PROGRAM: zsh.path, FUNCTIONS: zsh.functions };
      expect((await run(zsh.path, ['-f', driver, join(user.home, 'script.zsh'), line, wanted], { env })).stdout).toContain(wanted);
    });
  });
});
