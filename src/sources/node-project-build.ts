import type { BuildInput, BuildInputRequest } from '../domain/source.ts';
import type { NodeManifest } from './node-manifest.ts';
import { withInstallScripts } from './npm-build.ts';
import { npmContext } from './npm-context.ts';
import type { NpmBuildOptions } from './npm-context.ts';
import { npmProxies } from './npm-settings.ts';
import type { ProjectFile } from './project-files.ts';
import type { CanonicalNpmLock } from './schema.ts';
import { readScriptsTemplate } from './template.ts';

export interface NodeProjectBuild extends NpmBuildOptions {
  /** For messages. */
  readonly what: string;
  readonly lock: CanonicalNpmLock;
  readonly manifest: NodeManifest;
  readonly files: readonly ProjectFile[];
  /** The script to run; undefined: nothing of the project runs. */
  readonly build: string | undefined;
}

const HOME = '/opt/cc-mcp';

/** What `templates/dockerfiles/node-project` takes. */
export function nodeProjectBuild({ lock, executable, allowScripts }: BuildInputRequest, options: NodeProjectBuild): BuildInput {
  const { template, packageRoot, configuration, extraCa, manifest, build } = options;
  const root = { private: true, ...options.lock.packages[''] };
  const scripted = allowScripts ? withInstallScripts(options.lock.packages) : [];
  const context = npmContext({ what: options.what, lock: options.lock, manifest: root }, options);
  return {
    ...context,
    template: template.name,
    templateVersion: template.version,
    files: [
      ...context.files,
      { path: 'context/ca.crt', content: extraCa ?? new Uint8Array() },
      { path: 'context/lock/package-lock.json', content: text(lock.content) },
      ...options.files.map(({ path, content, executable: runs }) => ({ path: `app/${path}`, content, mode: runs ? 0o755 : 0o644 })),
    ],
    ...(scripted.length === 0 && build === undefined ? {} : { offline: {
      files: [
        { path: 'Dockerfile', content: readScriptsTemplate(packageRoot, template) },
        // Newer npm runs only scripts that are named here, older npm does not know it. What only the build needs goes after it.
        { path: 'context/package.json', content: json({ ...root, dependencies: without(root.dependencies, manifest), allowScripts: Object.fromEntries(scripted.map((name) => [name, true])) }) },
      ],
      buildArguments: { CC_MCP_BUILD: build ?? '' },
    } }),
    buildArguments: npmProxies(configuration),
    entrypoint: [`${HOME}/bin/node`, `${HOME}/app/${executable.target}`],
  };
}

function without(dependencies: Readonly<Record<string, string>> | undefined, { dependencies: wanted, optionalDependencies }: NodeManifest): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(dependencies ?? {}).filter(([name]) => name in wanted || name in optionalDependencies));
}

function json(value: unknown): Uint8Array {
  return text(`${JSON.stringify(value)}\n`);
}

function text(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}
