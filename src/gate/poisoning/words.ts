/** Parts of patterns that several rules share. */
export const NOT = String.raw`\b(?:do not|don't|never|must not|mustn't|should not|shouldn't|shall not|need not|no need to|without|not to|nor)\b`;
export const USER = String.raw`(?:(?:the|your|an?|any|end)[ -](?:end[ -])?(?:users?|humans?|operators?|persons?|owners?|developers?)\b(?!['’]s|\s+(?:id|name|data|input|email|profile|account|agent|password))|\busers?\b(?=\s*(?:$|[.,;:!)]|of|about|that|by|in|with|for))|\bthem\b|\banyone\b|\banybody\b)`;
export const MODEL = String.raw`(?:AI|LLM|assistant|language model|model|agent|chatbot|Claude|GPT)`;

/** Files that hold credentials wherever they are: nobody names them to a model without a reason. */
export const SECRET_FILE = String.raw`(?:\.ssh\b|\bid_(?:rsa|ed25519|ecdsa|dsa)\b|\.aws\/(?:credentials|config)|\.netrc\b|\.git-credentials|\.kube\/config|\.docker\/config|\.pgpass|\.gnupg|\/etc\/(?:passwd|shadow|sudoers)|\bprivate key\b|\bkeychain\b|\bwallet\.dat\b|\bcookies? (?:database|store|jar)\b|\b(?:saved|stored) passwords\b)`;
/** Files that hold credentials often, and stand in honest descriptions, too. */
export const LIKELY_SECRET_FILE = String.raw`(?:\.env\b|\bmcp\.json\b|\.(?:cursor|vscode|windsurf|claude|codeium)\/\S{0,40}\.json|claude_desktop_config|\.npmrc\b|\.pypirc\b|\*?\.pem\b|\*?\.key\b|\bcredentials\.json\b|\/\.config\/|\bconfidential\b|\bsecrets?:\/\/)`;
/** Verbs as they stand in an order. «Reads» and «reading» describe. */
export const TAKE = String.raw`(?:read|load|open|cat|fetch|access|collect|retrieve|find|grab|get|gather|extract|look up|dump|list)`;
export const GIVE = String.raw`(?:pass|put|include|send|append|attach|paste|hand(?: over)?|add|post|upload|forward|submit|insert|embed|transmit|relay|copy|give|show|print|return|output|repeat|reveal|leak|contain|fill|encode|exfiltrate|write)`;
export const MODALITY = String.raw`\b(?:must|once|as soon as|have to|has to|need to|always|required?|mandatory|should|please|silently|secretly|quietly|first|beforehand|before|prior to|prerequisite|each|every|whenever|afterwards?|also|too|then)\b`;

/** A pattern for `ordered`. */
export function order(pattern: string): RegExp {
  return new RegExp(pattern, 'gi');
}

const FORBIDDEN = /\b(?:do not|don't|never|cannot|can't|must not|should not|not|avoid|refuses? to|unable to|prevents?|no)\b[^,:;]*$/i;

/** Whether a pattern matches somewhere that is not forbidden by the words before it. */
export function ordered(sentence: string, pattern: RegExp): boolean {
  // Not by `matchAll`, which copies the pattern: a copy is compiled anew.
  pattern.lastIndex = 0;
  for (let match = pattern.exec(sentence); match !== null; match = pattern.exec(sentence)) {
    if (!FORBIDDEN.test(sentence.slice(Math.max(0, match.index - 40), match.index))) return true;
    if (match[0] === '') pattern.lastIndex += 1;
  }
  return false;
}
