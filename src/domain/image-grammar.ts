/* References of OCI images, taken apart: the name, and a tag, a digest, or both. */

const HOST = '(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?)';
const PART = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const NAME = new RegExp(`^(?:${HOST}/)?${PART}(?:/${PART})*$`);
const VERSION = /^(?:(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})(?:@(?<both>sha256:[0-9a-f]{64}))?|(?<digest>sha256:[0-9a-f]{64}))$/;

export function isImageName(name: string): boolean {
  return name.length <= 255 && NAME.test(name);
}

export interface ImageVersion {
  readonly tag?: string;
  readonly digest?: string;
}

/** `TAG`, `sha256:HEX`, or `TAG@sha256:HEX`, where the digest alone counts. */
export function parseImageVersion(text: string): ImageVersion | undefined {
  const groups = VERSION.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const digest = groups['both'] ?? groups['digest'];
  return { ...(groups['tag'] === undefined ? {} : { tag: groups['tag'] }), ...(digest === undefined ? {} : { digest }) };
}

/** Whether what a manifest asks for is what a lock has. */
export function imageRangeCovers(range: string, version: string): boolean {
  const [asked, exact] = [parseImageVersion(range), parseImageVersion(version)];
  return asked?.digest === undefined ? asked?.tag === exact?.tag : asked.digest === exact?.digest;
}

/** `name:1.2@sha256:…` → name, and `1.2@sha256:…`. */
export function splitImage(reference: string): { readonly name: string; readonly version?: string } {
  const at = reference.indexOf('@');
  const [place, digest] = at < 0 ? [reference, undefined] : [reference.slice(0, at), reference.slice(at + 1)];
  const colon = place.indexOf(':', place.lastIndexOf('/') + 1);
  const [name, tag] = colon < 0 ? [place, undefined] : [place.slice(0, colon), place.slice(colon + 1)];
  const version = [tag, digest].filter((part) => part !== undefined).join('@');
  return version === '' && at < 0 && colon < 0 ? { name } : { name, version };
}
