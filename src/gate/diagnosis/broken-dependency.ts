import type { Diagnosis } from './evidence.ts';

/** Python and Node say at import which module is not the one that a package was written for. */
const PYTHON_MISSING = /ModuleNotFoundError: No module named ['"]([\w.]+)['"]/;
const PYTHON_NAME = /ImportError: cannot import name ['"]?(\w+)['"]? from (?:partially initialized module )?['"]?([\w.]+)/;
const PYTHON_MODULE_ATTRIBUTE = /AttributeError: (?:partially initialized )?module ['"]([\w.]+)['"] has no attribute ['"](\w+)['"]/;
/** Where an attribute is gone, the last file of the traceback says whose. */
const PYTHON_ATTRIBUTE = /^(?:AttributeError|TypeError): ([^\n]+)/m;
const FASTMCP = /\bFastMCP\b|\bmcp(?:\.server|\.types)\b|['"]?Server['"]? object has no attribute/;
const TRACEBACK_MODULE = /\/(?:site|dist)-packages\/([A-Za-z0-9_]+)/g;
const NODE_MISSING = /Cannot find (?:package|module) ['"]([^'"]+)['"]/;
const NODE_EXPORT = /The requested module ['"]([^'"]+)['"] does not provide an export named ['"]?([\w$]+)/;
const NODE_SUBPATH = /Package subpath ['"]([^'"]+)['"] is not defined by "exports" in \S*?\/node_modules\/((?:@[^/\s]+\/)?[^/\s]+)\/package\.json/;

/** A tree that has moved on since the package was published. */
export function brokenDependency(text: string): Diagnosis | undefined {
  const name = PYTHON_NAME.exec(text);
  if (name !== null) return python(`it imports ${name[1] ?? ''} from ${name[2] ?? ''}, which does not have it`, topLevel(name[2] ?? ''), text);
  const attribute = PYTHON_MODULE_ATTRIBUTE.exec(text);
  if (attribute !== null) return python(`it uses ${attribute[1] ?? ''}.${attribute[2] ?? ''}, which does not exist`, topLevel(attribute[1] ?? ''), text);
  const missing = PYTHON_MISSING.exec(text)?.[1];
  if (missing !== undefined) return python(`the Python module ${missing} is missing`, topLevel(missing), text);
  const gone = /Traceback \(most recent call last\)/.test(text) ? PYTHON_ATTRIBUTE.exec(text)?.[1] : undefined;
  if (gone !== undefined && FASTMCP.test(text)) return python(`it does not fit the version of mcp: ${gone}`, 'mcp', text);
  const exported = NODE_EXPORT.exec(text);
  if (exported !== null) return node(`it imports ${exported[2] ?? ''} from ${exported[1] ?? ''}, which does not have it`, packageOf(exported[1] ?? ''));
  const subpath = NODE_SUBPATH.exec(text);
  if (subpath !== null) return node(`it imports ${subpath[2] ?? ''}/${(subpath[1] ?? '').replace(/^\.\//, '')}, which that package does not offer`, subpath[2] ?? '');
  const module = NODE_MISSING.exec(text)?.[1];
  if (module === undefined) return undefined;
  return /^[./]/.test(module) ? { reason: `its own file ${module} is missing`, suggestions: ['The package is incomplete as published: try another version'] } : node(`the module ${module} is missing`, packageOf(module));
}

function python(reason: string, module: string, text: string): Diagnosis {
  if (module === 'mcp' || FASTMCP.test(text)) return { reason, suggestions: ['Install it with an older mcp: --override "mcp<2"'], dependency: 'mcp' };
  const user = [...text.matchAll(TRACEBACK_MODULE)].map((match) => match[1]).findLast((found) => found !== module);
  return { reason, suggestions: [`Install it with a version of ${module} that fits${user === undefined ? '' : ` ${user}`}: --override "${module}<VERSION"`], dependency: module };
}

function node(reason: string, name: string): Diagnosis {
  return { reason, suggestions: [`Install it with a version of ${name} that fits: --override ${name}@VERSION`], dependency: name };
}

function topLevel(module: string): string {
  return module.split('.')[0] ?? module;
}

function packageOf(specifier: string): string {
  return specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}
