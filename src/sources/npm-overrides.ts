import { CcMcpError } from '../domain/errors.ts';
import { parseNpmOverride } from '../domain/npm-grammar.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import { refuseRepeated } from './override-rules.ts';

/** `NAME@RANGE` each, and each package once. */
export function validateNpmOverrides(overrides: readonly string[]): void {
  const names = overrides.map((text) => {
    const override = parseNpmOverride(text);
    if (override !== undefined) return override.name;
    throw new CcMcpError('INVALID_VALUE', `"${sanitizeLine(text, 80)}" is not an override of npm: it is NAME@RANGE`, { suggestions: ["--override 'zod@^3.25'"] });
  });
  refuseRepeated(names);
}
