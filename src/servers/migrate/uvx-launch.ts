import { exactPypiVersion, isPypiName, isPypiRange, parsePypiOverride } from '../../domain/pypi-grammar.ts';
import { foreignSource } from './foreign-source.ts';
import { NoLaunch } from './package-launch.ts';
import type { Launch } from './package-launch.ts';
import { readOptions } from './launch-options.ts';

/** Say how uvx works on this machine, which is no matter of the server. */
const SWITCHES = ['-q', '--quiet', '-v', '--verbose', '--isolated', '--offline', '--refresh', '-n', '--no-cache', '-U', '--upgrade', '--native-tls', '--system-certs', '--no-progress', '--managed-python',
  '--no-managed-python', '--no-python-downloads', '--no-config', '--compile-bytecode', '--no-env-file', '--no-build'];
const VALUES = ['--color', '--cache-dir', '--directory', '--link-mode', '--refresh-package', '-P', '--upgrade-package'];
const NOTED = ['-p', '--python', '--prerelease', '--resolution', '--exclude-newer', '--python-preference'];
const INDEXES = ['-i', '--index', '--default-index', '--index-url', '--extra-index-url', '-f', '--find-links'];

/** `uvx pkg@1 args`, `uvx --from pkg==1.2 bin args`, `uvx --with 'mcp<2' pkg`. */
export function readUvx(words: readonly string[]): Launch | NoLaunch {
  const options = readOptions(words, { switches: SWITCHES, values: VALUES, read: [...NOTED, ...INDEXES, '--from', '-w', '--with'] });
  if ('unknown' in options) return new NoLaunch(`uvx's option ${options.unknown} cannot be carried over`, ['cc-mcp install pypi:PACKAGE --name {name}']);
  const given = (names: readonly string[]): readonly string[] => options.found.flatMap(({ name, value }) => (names.includes(name) ? [value] : []));
  if (given(INDEXES).length > 0) return new NoLaunch('its package comes from an index that only this entry names', ['Set it in your uv.toml or pip.conf, and take it out of the entry']);
  const [first, ...rest] = options.rest;
  if (first === undefined) return new NoLaunch('its uvx names no package');
  const from = given(['--from']).at(-1);
  const split = splitRequirement(from ?? first);
  if (split instanceof NoLaunch) return split;
  const overrides = given(['-w', '--with']).flatMap((list) => list.split(/,(?=\s*[A-Za-z])/)).map((spec) => spec.trim());
  const added = overrides.find((spec) => parsePypiOverride(spec) === undefined);
  if (added !== undefined) return new NoLaunch(`uvx --with ${added} adds a package of its own to the server's`, [`cc-mcp install ${split.type}:${split.package} --name {name} --override '${/^[\w.-]+/.exec(added)?.[0] ?? 'NAME'}==VERSION'   if it only sets a version`]);
  const dropped = options.found.filter(({ name }) => NOTED.includes(name)).map(({ name, value }) => `${name} ${value} is not carried over: cc-mcp chooses the Python and the versions`);
  return { ...split, ...(from === undefined ? {} : { bin: first }), overrides, arguments: rest, dropped };
}

/** `pkg`, `pkg@1.2`, `pkg==1.2`, `pkg>=1,<2`. */
function splitRequirement(spec: string): Pick<Launch, 'type' | 'package' | 'path' | 'range'> | NoLaunch {
  const [, name = '', rest = ''] = /^([A-Za-z0-9._-]*)(.*)$/s.exec(spec.trim()) ?? [];
  if (isPypiName(name) && rest.startsWith('[')) return new NoLaunch(`it asks for extras of its package (${spec}), which cc-mcp does not install yet`, [`cc-mcp install pypi:${name} --name {name}   without them`]);
  const range = rest.trim().replace(/^@\s*/, '');
  if (!isPypiName(name) || (range !== '' && !isPypiRange(range))) return foreignSource(spec, 'pypi');
  return { type: 'pypi', package: name, ...(range === '' || range === 'latest' ? {} : { range: exactPypiVersion(range) ?? range }) };
}
