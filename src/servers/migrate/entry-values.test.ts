import { describe, expect, it } from 'vitest';
import { entryValues } from './entry-values.ts';

const read = (env: Readonly<Record<string, string>>, environment: Readonly<Record<string, string>> = {}, given: readonly string[] = []): unknown => entryValues('it', env, environment, new Set(given));

describe('[N8] entryValues', () => {
  it('keeps plain values, and references to the client\'s environment as such', () => {
    expect(read({ A: 'x', TOKEN: '${TOKEN}', B: '${OTHER}', C: '${env:TOKEN}' }, { TOKEN: 't', OTHER: 'o' })).toEqual([
      { name: 'A', value: 'x' }, { name: 'TOKEN', value: undefined }, { name: 'B', value: undefined, from: 'OTHER' }, { name: 'C', value: undefined, from: 'TOKEN' },
    ]);
  });

  it('puts mixed text together, and keeps it with the secrets', () => {
    expect(read({ URL: 'http://${HOST:-localhost}:${PORT}/', D: '${D:-fallback}' }, { PORT: '80' })).toEqual([
      { name: 'URL', value: 'http://localhost:80/', secret: true }, { name: 'D', value: 'fallback', secret: true },
    ]);
  });

  it('lets a flag win, also over what nobody else could fill in', () => expect(read({ TOKEN: '${input:token}' }, {}, ['TOKEN'])).toEqual([]));

  it.each([['${input:token}', /only its client knows/], ['${MISSING}', /no such variable/], ['a ${workspaceFolder:x}', /only its client knows/]])('names the flag for %s', (text, why) => {
    expect(() => read({ TOKEN: text })).toThrow(expect.objectContaining({ code: 'VALUE_MISSING', message: expect.stringMatching(why) as string, suggestions: ['cc-mcp enable it --mode docker --env TOKEN=VALUE'] }));
  });

  it('refuses a name that no variable has', () => expect(() => read({ 'A B': 'x' })).toThrow(/not the name of a variable/));
});
