import type { ArchiveFile } from '../domain/container-engine.ts';
import type { BuildInput, BuildInputRequest, Executable } from '../domain/source.ts';
import type { ProjectFile } from './project-files.ts';
import { pypiContext } from './pypi-context.ts';
import type { PypiBuildOptions } from './pypi-context.ts';
import type { PythonManifest } from './python-manifest.ts';

export interface PythonProjectBuild extends PypiBuildOptions {
  /** For messages. */
  readonly what: string;
  readonly manifest: PythonManifest;
  readonly files: readonly ProjectFile[];
}

const HOME = '/opt/cc-mcp';
const START = 'start/server.py';

/** What `templates/dockerfiles/python-project` takes: the project, and what an installer would write beside it. */
export function pythonProjectBuild({ lock, executable, allowScripts }: BuildInputRequest, { what, manifest, files, ...options }: PythonProjectBuild): BuildInput {
  const started = isFile(executable) ? `${HOME}/app/${executable.target}` : `${HOME}/${START}`;
  const context = pypiContext({ what, lock: lock.content, allowScripts }, options);
  return {
    ...context,
    template: options.template.name,
    templateVersion: options.template.version,
    files: [
      ...context.files,
      ...siteFiles(manifest),
      { path: START, content: text(isFile(executable) ? '' : startOf(executable)) },
      ...files.map(({ path, content, executable: runs }) => ({ path: `app/${path}`, content, mode: runs ? 0o755 : 0o644 })),
    ],
    entrypoint: [`${HOME}/venv/bin/python`, started],
  };
}

/** Its modules by a path file, as an editable installation has them, and its name and version for whoever asks. */
function siteFiles({ name, version, root }: PythonManifest): readonly ArchiveFile[] {
  const folder = `site/${name.replaceAll(/[^A-Za-z0-9.]+/g, '_')}-${version}.dist-info`;
  return [
    { path: 'site/cc_mcp_app.pth', content: text(`${HOME}/app${root === '' ? '' : `/${root}`}\n`) },
    { path: `${folder}/METADATA`, content: text(`Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`) },
    { path: `${folder}/INSTALLER`, content: text('cc-mcp\n') },
  ];
}

/** As pip writes the start of an entry point. */
function startOf({ target }: Executable): string {
  const [module = '', call = ''] = target.split(':');
  const [first = ''] = call.split('.');
  return `import sys\n\nfrom ${module} import ${first}\n\nif __name__ == "__main__":\n    sys.exit(${call}())\n`;
}

function isFile({ target }: Executable): boolean {
  return target.endsWith('.py');
}

function text(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}
