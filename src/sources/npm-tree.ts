/* How Node finds a package: in the `node_modules` of its own folder, then of each folder above. Paths are keys of a lock. */

/** The path at which `name`, wanted by the package at `from`, is found; the root of a tree is the empty path. */
export function findInTree(has: (path: string) => boolean, from: string, name: string): string | undefined {
  for (let folder: string | undefined = from; folder !== undefined; folder = parentOf(folder)) {
    const path: string = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (has(path)) return path;
  }
  return undefined;
}

/** The package in whose `node_modules` this one is; undefined for the root. */
export function parentOf(path: string): string | undefined {
  if (path === '') return undefined;
  const end = path.lastIndexOf('/node_modules/');
  return end < 0 ? '' : path.slice(0, end);
}

/** The name under which a path is found, or undefined when it is not a path of packages inside packages. */
export function nameAt(path: string): string | undefined {
  return /^(?:node_modules\/(?:@[A-Za-z0-9][A-Za-z0-9._-]*\/)?[A-Za-z0-9][A-Za-z0-9._-]*(?:\/(?=n)|$))+$/.test(path)
    ? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length) : undefined;
}

/**
 * Packages that have the same one twice give it a second name: `string-width-cjs` for `string-width`, `pglite-2` for
 * `@scope/pglite`. No other alias is accepted, because an alias puts a stranger's code in the place of a known name.
 */
export function isHonestAlias(alias: string, name: string): boolean {
  return [name, name.split('/').at(-1) ?? name].some((base) => alias.startsWith(base) && /^[-_.]?(?:cjs|esm|legacy|old|next|v?\d+(?:[._-]\d+)*)$/.test(alias.slice(base.length)));
}
