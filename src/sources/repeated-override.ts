import { CcMcpError } from '../domain/errors.ts';

/** Two overrides of one package contradict each other, whichever stood last. */
export function refuseRepeated(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new CcMcpError('INVALID_VALUE', `${twice} is overridden twice`, { suggestions: [`Give --override for ${twice} once`] });
}
