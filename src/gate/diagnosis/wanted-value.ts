import type { Diagnosis, GivenSettings } from './evidence.ts';

/** Words beside which a variable's name says that its value is missing. */
const MISSING = /\b(?:required|requires|must (?:be )?(?:set|provide\w*|specif\w+|define\w*)|missing|not (?:set|found|provided|defined|configured|specified)|no \S+(?: \S+)? (?:provided|specified|configured|found)|undefined|please (?:set|provide|specify|export|define|configure)|environment variable|env(?:ironment)? var|is empty|set the)\b/i;
/** With an underscore it is a variable's name wherever it stands; without one only where the text says so. */
const VARIABLE = /(?<![\w./-])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?![\w/-])/g;
const NAMED = /(?:environment variables?|env(?:ironment)? vars?|process\.env\.)[:\s]*["'`]?([A-Z][A-Z0-9_]{2,})\b|["'`]?\b([A-Z][A-Z0-9_]{2,})["'`]?\s+(?:environment variable|env(?:ironment)? var)|^KeyError: ["']([A-Z][A-Z0-9_]+)["']/g;
/** Pydantic puts the name on a line of its own. */
const PYDANTIC = /^([A-Za-z][A-Za-z0-9_]*)\r?\n\s+(?:Field required|Input should be a valid string)/gm;
const NO_VARIABLE = /^(?:ERR_|NODE_|UV_|PYTHON|LC_|SIG|HTTP_\d|DEP\d|MODULE_NOT_FOUND|UND_ERR|SSL_ERROR|CERT_|SELF_SIGNED|UNABLE_TO|UNRESTRICTED|FATAL_|ECONN|TS_NODE)/;
const MOST = 4;

/** The variables that a server says it misses. */
export function wantedValue(text: string, settings: GivenSettings): Diagnosis | undefined {
  const found = text.split('\n').flatMap(namedIn);
  if (/validation errors? for /.test(text)) for (const [, name = ''] of text.matchAll(PYDANTIC)) found.push(name.toUpperCase());
  const names = [...new Set(found)].filter((name) => name !== '' && !NO_VARIABLE.test(name));
  const wanted = names.filter((name) => !settings.variables.includes(name)).slice(0, MOST);
  if (wanted.length > 0) return { reason: `it wants ${listed(wanted)}`, suggestions: [`Give ${wanted.length === 1 ? 'it' : 'what it needs of them'} with ${wanted.map((name) => `--env ${name}=…`).join(' ')}`] };
  const refused = names.slice(0, MOST);
  return refused.length === 0 ? undefined : { reason: `it does not accept ${listed(refused)}`, suggestions: [`Look at the value, and give another with ${refused.map((name) => `--env ${name}=…`).join(' ')}`] };
}

/** In the order in which they stand there. */
function namedIn(line: string): string[] {
  const matches = [...line.matchAll(NAMED), ...(MISSING.test(line) ? line.matchAll(VARIABLE) : [])];
  return matches.toSorted((a, b) => a.index - b.index).map((match) => match.slice(1).find((name) => name !== undefined) ?? (match.length === 1 ? match[0] : ''));
}

function listed(names: readonly string[]): string {
  return names.length <= 1 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}`;
}
