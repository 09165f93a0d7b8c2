import { isNpmName, isNpmRange } from '../../domain/npm-grammar.ts';
import { foreignSource } from './foreign-source.ts';
import { NoLaunch } from './package-launch.ts';
import type { Launch } from './package-launch.ts';
import { readOptions } from './launch-options.ts';

/** Say how npx works on this machine, which is no matter of the server. */
const SWITCHES = ['-y', '--yes', '-q', '--quiet', '-s', '--silent', '-d', '--verbose', '--no', '--no-install', '--prefer-offline', '--prefer-online', '--offline', '--ignore-scripts', '--no-audit', '--no-fund',
  '--no-update-notifier', '--foreground-scripts', '--bun'];
const VALUES = ['--cache', '--loglevel', '--prefix', '-w', '--workspace'];

/** `npx -y pkg@1 args`, `npx --package=pkg bin args`. */
export function readNpx(words: readonly string[]): Launch | NoLaunch {
  const options = readOptions(words, { switches: SWITCHES, values: VALUES, read: ['-p', '--package', '-c', '--call', '--registry'] });
  if ('unknown' in options) return new NoLaunch(`npx's option ${options.unknown} cannot be carried over`, ['cc-mcp install npm:PACKAGE --name {name}']);
  const given = (...names: readonly string[]): readonly string[] => options.found.flatMap(({ name, value }) => (names.includes(name) ? [value] : []));
  if (given('-c', '--call').length > 0) return new NoLaunch('its command is a line for a shell (npx --call)', ['cc-mcp install npm:PACKAGE --name {name}']);
  if (given('--registry').length > 0) return new NoLaunch('its package comes from a registry that only this entry names', ['Set it in your ~/.npmrc, and take --registry out of the entry']);
  const packages = given('-p', '--package');
  const [first, ...rest] = options.rest;
  if (packages.length > 1) return new NoLaunch(`it starts with several packages (${packages.join(', ')})`, ['cc-mcp install npm:PACKAGE --name {name}   with the one that is the server']);
  const spec = packages[0] ?? first;
  if (spec === undefined || first === undefined) return new NoLaunch('its npx names no package');
  const split = splitSpec(spec) ?? foreignSource(spec, 'npm');
  if (split instanceof NoLaunch) return split;
  return { ...split, ...(packages.length === 0 ? {} : { bin: first }), overrides: [], arguments: rest, dropped: [] };
}

/** `@scope/pkg@^1`; undefined: nothing that a registry has. */
function splitSpec(spec: string): Pick<Launch, 'type' | 'package' | 'range'> | undefined {
  const at = spec.indexOf('@', 1);
  const [name, range] = at < 0 ? [spec, undefined] : [spec.slice(0, at), spec.slice(at + 1)];
  if (!isNpmName(name) || (range !== undefined && !isNpmRange(range))) return undefined;
  return { type: 'npm', package: name, ...(range === undefined || range === 'latest' ? {} : { range }) };
}
