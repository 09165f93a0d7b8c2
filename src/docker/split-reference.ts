/** Name, and tag or digest, of an image reference; `latest` when neither is given. The colon of a registry's port is not a tag's. */
export function splitReference(reference: string): { readonly name: string; readonly tag: string } {
  const digest = reference.indexOf('@');
  if (digest !== -1) {
    const { name } = splitReference(reference.slice(0, digest));
    return { name, tag: reference.slice(digest + 1) };
  }
  const colon = reference.indexOf(':', reference.lastIndexOf('/') + 1);
  return colon === -1 ? { name: reference, tag: 'latest' } : { name: reference.slice(0, colon), tag: reference.slice(colon + 1) };
}
