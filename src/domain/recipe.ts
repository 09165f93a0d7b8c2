import { canonicalJson, sha256 } from './fingerprint.ts';
import type { SourceType } from './package.ts';

/** All that makes an image, and nothing of the machine that makes it: no mirror, proxy, CA or engine. */
export interface Recipe {
  readonly template: string;
  readonly templateVersion: string;
  /** Before rewriting for a mirror. */
  readonly baseImage: string;
  readonly baseDigest: string;
  readonly systemPackages: readonly string[];
  readonly entrypoint: readonly string[];
  /** SHA-256 (hex) of the dependency lock's content. */
  readonly dependencyLock: string;
  readonly scripts: boolean;
  /** SHA-256 (hex) of a folder's own files; absent of what a registry has. */
  readonly tree?: string;
}

/** SHA-256 (hex): equal recipes give equal images, on a colleague's engine too. */
export function recipeHash(recipe: Recipe): string {
  const { template, templateVersion, baseImage, baseDigest, entrypoint, dependencyLock, scripts, tree } = recipe;
  const systemPackages = [...new Set(recipe.systemPackages)].sort();
  return sha256(canonicalJson({ template, templateVersion, baseImage, baseDigest, systemPackages, entrypoint, dependencyLock, scripts, ...(tree === undefined ? {} : { tree }) }));
}

/** What is known of an image before its tree is resolved. */
export interface ResolutionRequest {
  readonly type: SourceType;
  readonly package: string;
  /** Exact. */
  readonly version: string;
  readonly overrides: readonly string[];
  /** Empty: not asked for. */
  readonly bin: string;
  readonly baseImage: string;
  readonly baseDigest: string;
  readonly template: string;
  readonly templateVersion: string;
  readonly scripts: boolean;
  readonly systemPackages: readonly string[];
  /** Day of its dependencies; absent: the newest. */
  readonly asOf?: string;
  readonly tree?: string;
}

/** SHA-256 (hex) by which an image that somebody already built on this engine is found. */
export function resolutionKey(request: ResolutionRequest): string {
  const { type, version, bin, baseImage, baseDigest, template, templateVersion, scripts, asOf, tree } = request;
  const overrides = [...new Set(request.overrides)].sort();
  const systemPackages = [...new Set(request.systemPackages)].sort();
  return sha256(canonicalJson({
    type, package: request.package, version, overrides, bin, baseImage, baseDigest, template, templateVersion, scripts, ...(systemPackages.length === 0 ? {} : { systemPackages }),
    ...(asOf === undefined ? {} : { asOf }), ...(tree === undefined ? {} : { tree }),
  }));
}
