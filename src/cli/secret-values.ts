import { createRedactor } from '../domain/redact.ts';
import { looksSecret } from '../domain/values.ts';

export interface GivenValue {
  readonly name: string;
  readonly value: string | undefined;
}

const SHORTEST = 6;

/**
 * Takes the values of `--env` and `--env-file` out of everything that a command prints. A value that the user also typed as a
 * word of the command (a server's name, say) is no secret, unless it looks like one: masking it would make the output unreadable.
 */
export function valueRedactor(values: readonly GivenValue[], typed: readonly string[]): (text: string) => string {
  const hidden = values.flatMap(({ name, value }) => {
    if (value === undefined) return [];
    if (looksSecret(name, value)) return [value];
    return value.length >= SHORTEST && !typed.some((word) => word.includes(value)) ? [value] : [];
  });
  if (hidden.length === 0) return (text) => text;
  const redactor = createRedactor(hidden);
  return (text) => redactor.redact(text);
}
