import { CcMcpError } from '../domain/errors.ts';
import { normalizedPypiName, parsePypiOverride } from '../domain/pypi-grammar.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import { refuseRepeated } from './override-rules.ts';

/** PEP 508 each, and each package once. */
export function validatePypiOverrides(overrides: readonly string[]): void {
  const names = overrides.map((text) => {
    const override = parsePypiOverride(text);
    if (override !== undefined) return normalizedPypiName(override.name);
    throw new CcMcpError('INVALID_VALUE', `"${sanitizeLine(text, 80)}" is not an override of PyPI: it is a name and its versions`, { suggestions: ["--override 'mcp<2'"] });
  });
  refuseRepeated(names);
}
