import { describe, expect, it } from 'vitest';
import { expandTemplate, looksSecret } from './values.ts';

describe('expandTemplate', () => {
  const sources = { environment: { A: 'env' }, secrets: { S: 'hush' }, remembered: { A: 'old', B: 'kept' } };

  it('prefers the environment of run to what was remembered', () => {
    expect(expandTemplate('${A}-${B}-${secret:S}', sources)).toEqual({ value: 'env-kept-hush' });
  });

  it('names everything that has no value, and does not read the prototype', () => {
    expect(expandTemplate('${NOPE}${secret:constructor}', sources)).toEqual({ missing: ['NOPE', 'secret:constructor'] });
  });

  it('does not take a secret from the environment, nor a variable from the secrets', () => {
    expect(expandTemplate('${secret:A}${S}', sources)).toEqual({ missing: ['secret:A', 'S'] });
  });
});

describe('looksSecret', () => {
  it.each([['GITHUB_TOKEN', 'x'], ['DATABASE_URI', 'postgresql://h/db'], ['X', 'postgres://u:p@h/db'], ['OPENAI_API_KEY', 'x'], ['V', 'ghp_abcdef'], ['V', 'a1'.repeat(20)]])('%s=%s is one', (name, value) => {
    expect(looksSecret(name, value)).toBe(true);
  });

  it.each([['LOG_LEVEL', 'debug'], ['KEYBOARD', 'qwerty'], ['URL', 'https://example.com/a'], ['PATHS', '/a/b/c']])('%s=%s is none', (name, value) => {
    expect(looksSecret(name, value)).toBe(false);
  });
});
