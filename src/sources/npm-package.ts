import { posix } from 'node:path';
import { gt, maxSatisfying, prerelease, valid, validRange } from 'semver';
import { CcMcpError } from '../domain/errors.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { Executable, ResolvedPackage } from '../domain/source.ts';
import { parseNpmVersion } from './schema.ts';
import type { NpmVersion, Packument } from './schema.ts';

/** One version of what the registry told. */
export function describePackage(packument: Packument, name: string, range: string | undefined): ResolvedPackage {
  const version = pickVersion(packument, name, range);
  const manifest = parseNpmVersion(packument.versions[version], name);
  if (manifest.name !== name || manifest.version !== version) {
    throw new CcMcpError('SOURCE_UNREACHABLE', `The registry answers for npm:${name} ${version} with ${sanitizeLine(`${manifest.name} ${manifest.version}`, 80)}`, { details: { package: name, version } });
  }
  const publishedAt = packument.time[version];
  return {
    type: 'npm', package: name, version, description: sanitizeLine(manifest.description), executables: executablesOf(manifest), hasInstallScripts: wantsScripts(manifest),
    ...(typeof publishedAt === 'string' && !Number.isNaN(Date.parse(publishedAt)) ? { publishedAt: new Date(publishedAt).toISOString() } : {}),
    ...(manifest.deprecated ? { deprecated: sanitizeLine(String(manifest.deprecated)) } : {}),
  };
}

/** As npm picks: the tag; else `latest` where the range allows it, else the newest that is not deprecated, else the newest. */
function pickVersion(packument: Packument, name: string, range = 'latest'): string {
  const versions = Object.keys(packument.versions).filter((version) => valid(version) !== null);
  const tags = packument['dist-tags'];
  const semverRange = validRange(range);
  const tagged = semverRange === null ? tags[range] : undefined;
  if (tagged !== undefined && versions.includes(tagged)) return tagged;
  if (semverRange === null) {
    if (range === 'latest' && versions.length > 0) return newest(versions);
    throw notFound(name, `has no version or tag ${range}`, Object.keys(tags), tags['latest']);
  }
  const latest = tags['latest'];
  if (latest !== undefined && versions.includes(latest) && maxSatisfying([latest], semverRange) !== null) return latest;
  const fresh = versions.filter((version) => (packument.versions[version] as { deprecated?: unknown } | null)?.deprecated === undefined);
  const picked = maxSatisfying(fresh, semverRange) ?? maxSatisfying(versions, semverRange);
  if (picked !== null) return picked;
  throw notFound(name, `has no version ${range}`, versions.sort((a, b) => (gt(a, b) ? -1 : 1)).slice(0, 5), latest);
}

function newest(versions: readonly string[]): string {
  const stable = versions.filter((version) => prerelease(version) === null);
  return (stable.length > 0 ? stable : versions).reduce((a, b) => (gt(b, a) ? b : a));
}

function notFound(name: string, what: string, has: readonly string[], latest: string | undefined): CcMcpError {
  return new CcMcpError('VERSION_NOT_FOUND', `npm:${name} ${what}${has.length > 0 ? `; it has ${has.map((item) => sanitizeLine(item, 40)).join(', ')}` : ''}`, {
    suggestions: latest !== undefined && valid(latest) !== null ? [`npm:${name}@${latest}`] : [], details: { package: name },
  });
}

/** npm's own clean-up of `bin`: names without folders, files that cannot leave the package. */
function executablesOf({ name, bin }: NpmVersion): readonly Executable[] {
  const entries = typeof bin === 'string' ? [[name, bin] as const] : Object.entries(bin ?? {});
  return entries.flatMap(([key, file]) => {
    const executable = posix.basename(posix.join('/', key.replaceAll(/[\\:]/g, '/')));
    const target = posix.join('/', file.replaceAll('\\', '/')).slice(1);
    return isPlain(executable) && isPlain(target) ? [{ name: executable, target }] : [];
  });
}

/** It becomes a path inside the image and an argument. */
function isPlain(text: string): boolean {
  return /^[\x21-\x7E]{1,200}$/.test(text) && !text.startsWith('-');
}

/** Registries leave `hasInstallScript` out where they hand on the whole manifest. */
function wantsScripts({ hasInstallScript, scripts }: NpmVersion): boolean {
  return hasInstallScript === true || ['preinstall', 'install', 'postinstall'].some((script) => script in scripts);
}
