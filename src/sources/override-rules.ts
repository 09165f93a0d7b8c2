import { CcMcpError } from '../domain/errors.ts';

/** Two overrides of one package contradict each other, whichever stood last. */
export function refuseRepeated(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new CcMcpError('INVALID_VALUE', `${twice} is overridden twice`, { suggestions: [`Give --override for ${twice} once`] });
}

/** The package's own version stands in the reference, and nowhere else. */
export function refuseOwn(names: readonly string[], packageName: string): void {
  if (!names.includes(packageName)) return;
  throw new CcMcpError('INVALID_VALUE', `An override changes ${packageName} itself`, { suggestions: [`Name the version of it in the reference: ${packageName}@VERSION`] });
}
