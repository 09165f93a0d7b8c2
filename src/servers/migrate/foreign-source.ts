import { NoLaunch } from './package-launch.ts';

/** What a package runner takes beside names of its registry: repositories, addresses, folders. */
export function foreignSource(spec: string, type: 'npm' | 'pypi'): NoLaunch {
  const [, short] = /^(?:github:)?([\w.-]+\/[\w.-]+)(?:#.*)?$/.exec(spec) ?? [];
  if (type === 'npm' && short !== undefined && !short.startsWith('.')) return repository(spec, `git+https://github.com/${short}`);
  const address = spec.replace(/^[A-Za-z0-9._-]+(?:\[[^\]]*\])?\s*@\s*/, '');
  if (/^(?:git\+|git:|ssh:|git@)/.test(address)) return repository(address, address);
  if (/^(?:https?:|gitlab:|bitbucket:)/.test(address)) return new NoLaunch(`its package comes from an address (${address})`, [`cc-mcp install ${type}:PACKAGE --name {name}   with a package of the registry`]);
  if (/^(?:file:|[./~\\]|[A-Za-z]:\\)/.test(address)) return new NoLaunch(`its package is a folder or file of this machine (${address})`, ['cc-mcp install FOLDER --name {name}   with the folder of its source']);
  return new NoLaunch(`"${spec}" is not a package of ${type === 'npm' ? 'npm' : 'PyPI'}`, [`cc-mcp install ${type}:PACKAGE --name {name}`]);
}

function repository(spec: string, reference: string): NoLaunch {
  return new NoLaunch(`its package comes from a git repository (${spec})`, [`cc-mcp install ${reference} --name {name}`]);
}
