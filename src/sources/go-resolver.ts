import { CcMcpError } from '../domain/errors.ts';
import { goCommandName, goModulesOf, isGoPath, isGoVersion } from '../domain/go-grammar.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { LockRequest, ResolvedPackage } from '../domain/source.ts';
import type { ToolContainers, ToolResult } from '../domain/tool-container.ts';
import { failureOf } from './diagnosis.ts';
import { parseGoModules, parseReplacements } from './go-answer.ts';
import type { GoModuleAnswer } from './go-answer.ts';
import type { GoConfiguration } from './go-configuration.ts';
import { explainGoFailure } from './go-failure.ts';
import { goEnvironment, goNetwork } from './go-settings.ts';

const VERSION_SECONDS = 120;
const TREE_SECONDS = 900;

const GO_MOD = 'printf \'module server\\n\\ngo %s\\n\\nrequire %s %s\\n\' "$(go env GOVERSION | sed \'s/^go//; s/[ -].*//\')"';

/**
 * The first of the modules that may hold the package and does; the code of that one is downloaded and looked at, that of what it
 * requires is not. `modules.json`: all answers; `package.txt`: the package's name and its module; `mains.txt`: what of the modules can
 * be started; `latest.json`: whether there are modules, where none has the version.
 */
const FIND = `
package=$1 latest=$2; shift 2
go list -m -e -u -retracted -json "$@" >modules.json || exit 1
awk -F'"' '/^{/ { path = version = ""; failed = 0 } /^\\t"Path"/ { path = $4 } /^\\t"Version"/ { version = $4 } /^\\t"Error"/ { failed = 1 } /^}/ && !failed { print path, version }' modules.json >found.txt
if [ ! -s found.txt ]; then if [ -n "$latest" ]; then go list -m -e -json $latest >latest.json; fi; exit 0; fi
while read -r module version; do
  rm -f go.sum
  ${GO_MOD} "$module" "$version" >go.mod
  go mod download "$module" || exit 1
  name=$(go list -mod=readonly -e -find -f '{{.Name}}' "$package" 2>errors.txt)
  if [ -n "$name" ]; then
    go mod edit -json "$(go list -mod=readonly -m -f '{{.GoMod}}' "$module")" >gomod.json
    printf '%s %s %s\\n' "$name" "$module" "$version" >package.txt
  else
    cat errors.txt
  fi
  if [ "$name" = main ]; then exit 0; fi
  go list -mod=readonly -e -find -f '{{if eq .Name "main"}}{{.ImportPath}}{{end}}' "$module/..." >>mains.txt
  if [ -n "$name" ]; then exit 0; fi
done <found.txt
`;

/** Asks the user's proxies which module has the package, and for its exact version. None of its code runs. */
export async function resolveGoPackage(containers: ToolContainers, configuration: GoConfiguration, wanted: { readonly path: string; readonly range: string | undefined; readonly image: string }, signal?: AbortSignal): Promise<ResolvedPackage> {
  const { path, range = 'latest', image } = wanted;
  const modules = goModulesOf(path);
  const result = await containers.run({
    image, command: ['sh', '-c', FIND, 'sh', path, modules.map((module) => `${module}@latest`).join(' '), ...modules.map((module) => `${module}@${range}`)], files: [],
    outputs: ['modules.json', 'latest.json', 'package.txt', 'gomod.json', 'mains.txt'], environment: goEnvironment(configuration), network: goNetwork(configuration), timeLimit: VERSION_SECONDS,
  }, () => {}, signal);
  const read = (name: string): string => new TextDecoder().decode(result.files.get(name) ?? new Uint8Array());
  const answers = parseGoModules(read('modules.json'));
  const lines = [...result.output.split('\n'), ...[...answers, ...parseGoModules(read('latest.json'))].flatMap(({ Error: error }) => error?.Err.split('\n') ?? [])];
  if (result.exitCode !== 0) throw goFailure(result, lines, `${path} ${range}`, path);
  const [name, modulePath, version] = read('package.txt').trim().split(' ');
  const answer = answers.find(({ Path, Error: error }) => error === undefined && Path === modulePath);
  if (answer === undefined || version === undefined) throw notFound({ path, range }, answers, parseGoModules(read('latest.json')), read('mains.txt'), lines);
  if (name !== 'main') throw notMain(path, name ?? '', version, read('mains.txt'));
  const [replaced] = parseReplacements(read('gomod.json'));
  if (replaced !== undefined) throw replaces(path, answer, replaced);
  return describe(path, answer);
}

function describe(path: string, { Version: version, Time: time, Deprecated: deprecated, Retracted: retracted }: GoModuleAnswer): ResolvedPackage {
  if (!isGoVersion(version)) throw new CcMcpError('RESOLUTION_FAILED', `The go command named no version of go:${path}`, { details: { package: path } });
  const warning = retracted !== undefined ? `its author took this version back${retracted[0] ? `: ${retracted[0]}` : ''}` : deprecated;
  return {
    type: 'go', package: path, version, description: '', executables: [{ name: goCommandName(path), target: path }], hasInstallScripts: false,
    ...(time === undefined || Number.isNaN(Date.parse(time)) ? {} : { publishedAt: new Date(time).toISOString() }),
    ...(warning === undefined ? {} : { deprecated: sanitizeLine(warning, 300) }),
  };
}

function notFound({ path, range }: { readonly path: string; readonly range: string }, answers: readonly GoModuleAnswer[], latest: readonly GoModuleAnswer[], mains: string, lines: readonly string[]): CcMcpError {
  const module = answers.find(({ Error: error }) => error === undefined);
  if (module !== undefined) {
    return failureOf({ code: 'PACKAGE_NOT_FOUND', message: `${module.Path} ${module.Version} has no package ${path}`, suggestions: startable(mains) }, path, lines);
  }
  const newest = latest.find(({ Error: error }) => error === undefined);
  if (newest !== undefined) {
    return failureOf({ code: 'VERSION_NOT_FOUND', message: `${newest.Path} has no version ${range}; its newest is ${newest.Version}`, suggestions: [`go:${path}@${newest.Version}`] }, path, lines);
  }
  const missing = { code: 'PACKAGE_NOT_FOUND', message: `There is no Go module that has ${path}, or none that your proxy of modules gives`, suggestions: ['Look at its page for the path of the program: go:MODULE/cmd/SERVER'] } as const;
  return failureOf(explainGoFailure(lines) ?? missing, path, lines);
}

function notMain(path: string, name: string, version: string, mains: string): CcMcpError {
  return new CcMcpError('INVALID_REFERENCE', `go:${path} ${version} is the library "${sanitizeLine(name, 60)}", not a program that can be started`, { suggestions: startable(mains), details: { package: path } });
}

function startable(mains: string): readonly string[] {
  return mains.split('\n').filter((line) => isGoPath(line) && !/\/(?:internal|examples?|testdata)\//.test(`${line}/`)).slice(0, 5).map((line) => `go:${line}`);
}

/** As `go install` refuses it: what it replaces counts in its own repository only, so that anything else would be another program. */
function replaces(path: string, { Path: module, Version: version }: GoModuleAnswer, replaced: string): CcMcpError {
  return new CcMcpError('RESOLUTION_FAILED', `${module} ${version} replaces or excludes ${sanitizeLine(replaced, 100)} in its go.mod, so that only its own repository can build it`, {
    suggestions: ['Try an older or newer version, or the server\'s image'], details: { package: path },
  });
}

/** Loads the program as a tool of an empty module, for every system: what that asks for is what the lock names. */
const LOCK = `
(${FIND}) || exit 1
read -r name module version <package.txt || exit 1
rm -f go.sum
${GO_MOD} "$module" "$version" >go.mod
go mod edit -tool="$1"
go list -mod=mod -deps -e -f '{{with .Error}}{{.}}{{end}}' tool >errors.txt || { cat errors.txt; exit 1; }
if [ -s errors.txt ]; then cat errors.txt; exit 1; fi
LC_ALL=C sort -u go.sum >lock.txt
`;

/** Has Go resolve the whole tree in a container: the sum of all that it takes, each checked by the checksum database on its way. */
export async function resolveGoTree(containers: ToolContainers, configuration: GoConfiguration, { resolved, baseImage }: LockRequest, onLine: (line: string) => void, signal?: AbortSignal): Promise<string> {
  const { package: path, version } = resolved;
  const result = await containers.run({
    image: baseImage, command: ['sh', '-c', LOCK, 'sh', path, '', ...goModulesOf(path).map((module) => `${module}@${version}`)], files: [], outputs: ['lock.txt'],
    environment: goEnvironment(configuration), network: goNetwork(configuration), timeLimit: TREE_SECONDS,
  }, onLine, signal);
  const content = result.files.get('lock.txt');
  if (result.exitCode !== 0 || content === undefined) throw goFailure(result, result.output.split('\n'), `${path} ${version}`, path);
  return new TextDecoder().decode(content);
}

/** What to say of a run of the go command that failed. */
export function goFailure({ exitCode, oomKilled }: ToolResult, lines: readonly string[], what: string, path: string): CcMcpError {
  if (oomKilled) return failureOf({ code: 'RESOLUTION_FAILED', message: `go ran out of memory while it resolved ${what}`, suggestions: [] }, path, lines);
  const last = lines.map((line) => sanitizeLine(line, 200)).findLast((line) => line !== '');
  return failureOf(explainGoFailure(lines) ?? { code: 'RESOLUTION_FAILED', message: `go could not resolve ${what} (exit ${exitCode})${last === undefined ? '' : `: ${last}`}`, suggestions: [] }, path, lines);
}
