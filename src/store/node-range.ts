/**
 * A program for any Node that ends with 0 when its own version is in a range such as `^22.22.2 || >=24.15`. Old Nodes must be able to
 * read it, and it cannot load a library.
 */
export function acceptsVersion(range: string): string {
  const alternatives = range.split('||').map((part) => {
    const [, operator, major, minor = '0', patch = '0'] = /^\s*(\^|>=)(\d+)(?:\.(\d+))?(?:\.(\d+))?\s*$/.exec(part) ?? [];
    if (major === undefined) throw new Error(`engines.node has a form that the launcher does not know: ${range}`);
    const atLeast = `(v[0]>${major}||v[0]==${major}&&(v[1]>${minor}||v[1]==${minor}&&v[2]>=${patch}))`;
    return operator === '^' ? `(v[0]==${major}&&${atLeast})` : atLeast;
  });
  return `var v=process.versions.node.split(".").map(Number);process.exit(${alternatives.join('||')}?0:1)`;
}
