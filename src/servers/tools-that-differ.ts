/** Names of tools whose fingerprint is another one, or that only one of both has. */
export function toolsThatDiffer(locked: Readonly<Record<string, string>>, seen: Readonly<Record<string, string>>): readonly string[] {
  return [...new Set([...Object.keys(locked), ...Object.keys(seen)])].filter((tool) => locked[tool] !== seen[tool]).sort();
}
