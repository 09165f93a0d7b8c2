import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMMAND_RESULTS } from '../../schemas/source/command-results.ts';
import { textWidth } from '../../src/ui/text-width.ts';
import { emptyHome } from '../support/empty-home.ts';
import type { EmptyHome } from '../support/empty-home.ts';

let user: EmptyHome;
beforeAll(async () => { user = await emptyHome(); });
afterAll(() => user[Symbol.asyncDispose]());

const COMMANDS = [...Object.keys(COMMAND_RESULTS).filter((name) => name !== 'overview'), 'run'].sort();

function widest(text: string): number {
  return Math.max(...text.split('\n').map(textWidth));
}

test.each(COMMANDS)('[M12] cc-mcp %s --help fits 80 columns and shows examples, without an engine', async (command) => {
  const { code, stdout, stderr } = await user.cc([command, '--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain(`$ cc-mcp ${command}`);
  expect(stdout).toContain('EXAMPLES');
  expect(stdout).not.toContain('[default: ]');
  expect(widest(stdout)).toBeLessThanOrEqual(80);
});

test.each([[['--help']], [['-h']], [['help']]])('cc-mcp %j lists every command in one line each', async (args) => {
  const { code, stdout, stderr } = await user.cc(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const listed = [...stdout.slice(stdout.indexOf('COMMANDS')).matchAll(/^ {2}(\S+) {2,}\S/gm)].map(([, name]) => name);
  expect(listed).toEqual(COMMANDS);
  expect(widest(stdout)).toBeLessThanOrEqual(80);
});

test('cc-mcp help COMMAND is its help page', async () => {
  expect((await user.cc(['help', 'install'])).stdout).toBe((await user.cc(['install', '--help'])).stdout);
});
