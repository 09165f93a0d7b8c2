import { expect, test } from 'vitest';
import { commandWords } from './main.ts';
import { nearest } from './nearest.ts';
import { unknownCommand } from './unknown-command.ts';

const KNOWN = ['approve', 'disable', 'doctor', 'enable', 'info', 'install', 'logs', 'prune', 'run', 'search', 'status', 'test', 'uninstall'];

test.each([['instal', 'install'], ['isntall', 'install'], ['stats', 'status'], ['lgos', 'logs'], ['uninst', 'uninstall'], ['INSTALL', 'install'], ['deploy', undefined], ['xyz', undefined]])(
  '%s is near %s', (typed, expected) => { expect(nearest(typed, KNOWN)).toBe(expected); });

test.each([
  ['instal:postgres', '"instal" is not a command; did you mean install?'],
  ['deploy', '"deploy" is not a command'],
  ['doctor:now', 'cc-mcp doctor takes no further argument'],
  ['npm:@scope/pkg', 'A package reference is not a command'],
  ['x\u001B[2J', '"x" is not a command'],
])('%s → %s', (id, message) => {
  expect(unknownCommand(id, KNOWN)).toMatchObject({ code: 'USAGE', exitCode: 2, message });
});

test.each([
  [[], ['overview']], [['--json'], ['overview', '--json']], [['--help'], ['--help']], [['--manifest', 'x', '--help'], ['--manifest', 'x', '--help']],
  [['--version'], ['--version']], [['help', 'install'], ['install', '--help']], [['help'], ['--help']], [['status'], ['status']],
])('%j is understood as %j', (argv, words) => { expect(commandWords(argv)).toEqual(words); });
