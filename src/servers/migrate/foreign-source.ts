import { CcMcpError } from '../../domain/errors.ts';
import { parseReference } from '../../domain/reference.ts';
import { NoLaunch } from './package-launch.ts';
import type { Launch } from './package-launch.ts';

type Place = Pick<Launch, 'type' | 'package' | 'path' | 'range'>;

/** What a package runner takes beside names of its registry: repositories, folders, addresses. */
export function foreignSource(spec: string, type: 'npm' | 'pypi'): Place | NoLaunch {
  const [, short, shortRef] = /^(?:github:)?([\w.-]+\/[\w.-]+)(?:#(.*))?$/.exec(spec) ?? [];
  if (type === 'npm' && short !== undefined && !short.startsWith('.')) return repository(spec, `git+https://github.com/${short}`, shortRef);
  const address = spec.replace(/^(?!git@)[A-Za-z0-9._-]+(?:\[[^\]]*\])?\s*@\s*/, '');
  if (/^(?:git\+|git:|ssh:|git@)/.test(address)) {
    const [place = '', fragment] = address.split('#');
    const full = place.replace(/^git@([^:/]+):/, 'git+ssh://git@$1/').replace(/^ssh:/, 'git+ssh:').replace(/^git:/, 'git+https:');
    // npm's fragment is a branch, a tag or a commit; pip's is a folder.
    return type === 'npm' ? repository(spec, full, fragment) : repository(spec, `${full}${fragment === undefined ? '' : `#${fragment}`}`);
  }
  if (/^(?:https?:|gitlab:|bitbucket:)/.test(address)) return new NoLaunch(`its package comes from an address (${address})`, [`cc-mcp install ${type}:PACKAGE --name {name}   with a package of the registry`]);
  const folder = /^(?:file:(?:\/\/)?)?(\/.*)$/.exec(address)?.[1];
  if (folder !== undefined && !/\.(?:tgz|tar\.gz|whl|zip)$/.test(folder)) return { type: 'local', package: folder };
  if (/^(?:file:|[./~\\]|[A-Za-z]:\\)/.test(address)) return new NoLaunch(`its package is a folder or file of this machine (${address})`, ['cc-mcp install FOLDER --name {name}   with the folder of its source']);
  return new NoLaunch(`"${spec}" is not a package of ${type === 'npm' ? 'npm' : 'PyPI'}`, [`cc-mcp install ${type}:PACKAGE --name {name}`]);
}

/** As the reference of an installation has it. */
function repository(spec: string, place: string, ref?: string): Place | NoLaunch {
  try {
    const parsed = parseReference(ref === undefined || ref === '' ? place : `${place}@${ref}`);
    if (parsed.kind === 'git') return { type: 'git', package: parsed.package, ...(parsed.path === undefined ? {} : { path: parsed.path }), ...(parsed.range === undefined ? {} : { range: parsed.range }) };
  } catch (error) {
    if (!(error instanceof CcMcpError)) throw error;
  }
  return new NoLaunch(`its package comes from a git repository (${spec}) that is not understood`, ['cc-mcp install git+https://HOST/REPOSITORY@REF --name {name}']);
}
