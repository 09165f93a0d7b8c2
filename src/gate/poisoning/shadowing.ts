import type { Sentence } from './sentences.ts';

const CALLED = String.raw`(?:call(?:ed)?|invoked?|used?|executed?|run|present|available|connected)`;
const FOLLOWED = String.raw`\s*(?:tools?|calls?|function|operation|command|requests?)?\b[^.]{0,50}?\b(?:must|has to|have to|requires?|needs? to|overrides?|will (?:send|be)|may not|cannot)\b`;
const AHEAD = String.raw`\b(?:when(?:ever)?|every time|each time|before|after|once|while|if|as soon as)\b[^.]{0,50}?`;
const CHANGES = /\b(?:change|replace|override|redirect|append|add|set|include|rewrite|modify|correct|restore|execute this|run this|call this|call \w+ with|has to be|must be|must send)\b/i;

/**
 * Orders on how a tool of another server is to be used. Names of several words are names anywhere; a plain word only where the
 * sentence says that it is a tool.
 */
export function shadowing(sentences: readonly Sentence[], others: readonly string[]): { readonly sentence: Sentence; readonly tool: string } | undefined {
  for (const sentence of sentences) {
    const tool = others.find((name) => sentence.text.includes(name) && orders(sentence.text, name));
    if (tool !== undefined) return { tool, sentence };
  }
  return undefined;
}

function orders(sentence: string, tool: string): boolean {
  const escaped = tool.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const name = /[_.\-/]|[a-z][A-Z]/.test(tool)
    ? `(?<![\\w.-])${escaped}(?![\\w-])`
    : `(?:(?<![\\w.-])${escaped}\\s+(?:tool|function|operation|command)\\b|[\`'"]${escaped}[\`'"]|\\bcall ${escaped}(?![\\w-]))`;
  const has = (pattern: string): boolean => new RegExp(pattern, 'i').test(sentence);
  if (!has(name)) return false;
  return has(`${name}${FOLLOWED}`)
    || (has(`${AHEAD}${name}[^.]{0,40}?\\b${CALLED}\\b|${AHEAD}\\b${CALLED}\\b[^.]{0,20}?${name}|${AHEAD}${name}`) && CHANGES.test(sentence))
    || has(`\\b(?:instead of|in place of|never (?:use|call)|(?:do not|don't) (?:use|call)|replaces?|intercepts?|(?:must|then|also|always) (?:also )?call|add it whenever you call)\\b[^.]{0,20}?${name}`);
}

const IDENTIFIER = /(?<![\w./-])[a-z]+(?:_[a-z]+)+(?:\.[a-z_]+)?(?![\w/-])/g;
const REWRITES = /\b(?:replace|override|redirect|change|rewrite|must send|has to be|hidden)\b/i;

/** The same about a tool that nobody here has, as far as it is told by «when X is called, replace …». */
export function shadowsUnknown(sentences: readonly Sentence[], own: ReadonlySet<string>): Sentence | undefined {
  return sentences.find(({ text }) => REWRITES.test(text) && (text.match(IDENTIFIER) ?? []).some((name) => !own.has(name) && whenCalled(name).test(text)));
}

function whenCalled(name: string): RegExp {
  return new RegExp(`\\b(?:when(?:ever)?|every time|if|once)\\b[^.]{0,40}\\b${name.replaceAll('.', String.raw`\.`)}\\b[^.]{0,30}\\b(?:is|are|was) ${CALLED}\\b`, 'i');
}
