import type { BuildInput, BuildInputRequest, Executable } from '../domain/source.ts';
import { npmContext } from './npm-context.ts';
import type { NpmBuildOptions } from './npm-context.ts';
import { parseNpmLock } from './npm-lock.ts';
import { npmProxies } from './npm-settings.ts';
import { readScriptsTemplate } from './template.ts';

const HOME = '/opt/cc-mcp';

/** What `templates/dockerfiles/node` takes. */
export function npmBuildInput({ resolved, lock, executable, allowScripts }: BuildInputRequest, options: NpmBuildOptions): BuildInput {
  const tree = parseNpmLock(lock.content, resolved.package, resolved.version);
  const scripted = allowScripts ? withInstallScripts(tree.packages) : [];
  const manifest = { private: true, dependencies: { [resolved.package]: resolved.version } };
  const context = npmContext({ what: resolved.package, lock: tree, manifest }, options);
  return {
    ...context,
    template: options.template.name,
    templateVersion: options.template.version,
    files: [
      ...context.files,
      { path: 'context/ca.crt', content: options.extraCa ?? new Uint8Array() },
      { path: 'context/lock/package-lock.json', content: encode(lock.content) },
    ],
    ...(scripted.length === 0 ? {} : { offline: {
      files: [
        { path: 'Dockerfile', content: readScriptsTemplate(options.packageRoot, options.template) },
        // Newer npm runs only scripts that are named here, older npm does not know it.
        { path: 'context/package.json', content: encode(`${JSON.stringify({ ...manifest, allowScripts: Object.fromEntries(scripted.map((name) => [name, true])) })}\n`) },
      ],
      buildArguments: {},
    } }),
    buildArguments: { ...npmProxies(options.configuration), CC_MCP_EXECUTABLE: `..${fileOf(resolved.package, executable)}` },
    entrypoint: isScript(executable) ? [`${HOME}/bin/node`, `${HOME}${fileOf(resolved.package, executable)}`] : [`${HOME}${fileOf(resolved.package, executable)}`],
  };
}

/** A script is given to the image's own Node; what else a package calls executable starts itself, through npm's link. */
function fileOf(packageName: string, executable: Executable): string {
  return isScript(executable) ? `/node_modules/${packageName}/${executable.target}` : `/node_modules/.bin/${executable.name}`;
}

function isScript({ target }: Executable): boolean {
  return /\.[cm]?js$/.test(target);
}

/** Names of packages that want to run code when they are installed. */
export function withInstallScripts(packages: ReturnType<typeof parseNpmLock>['packages']): readonly string[] {
  const names = Object.entries(packages).filter(([, entry]) => entry.hasInstallScript === true).map(([path, entry]) => entry.name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));
  return [...new Set(names)].sort();
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
