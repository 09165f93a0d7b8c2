import { GIVE, LIKELY_SECRET_FILE, MODALITY, order, ordered, SECRET_FILE, TAKE } from './words.ts';
import type { SentenceRule, TextRule } from './finding.ts';

const modality = new RegExp(MODALITY, 'i');
const CONTENT = /(?:contents?|text of|inhalt|contenu|contenido|conteúdo|contenuto|содержим|内容|內容|내용)/i;

const CONVERSATION = String.raw`(?:(?:whole|entire|complete|full|raw|all)\s+(?:\w+\s+){0,2}(?:conversations?|chats?)\b|\b(?:conversation|chat|message) (?:history|context|log)|\b(?:all|every|previous|last|earlier|prior|past|recent)\s+(?:of\s+)?(?:the\s+)?(?:user(?:'s)?\s+)?(?:previous\s+|last\s+|earlier\s+|own\s+)?(?:user\s+)?messages?\b(?!\s+(?:in|of|from) (?:a|the) (?:channel|thread|room|inbox|folder|queue))|\buser'?s? (?:previous|last|full|original|latest) (?:message|prompt|input|question)|\b(?:last|previous|latest) (?:message|prompt) of the user|\beverything (?:that )?the user (?:has )?(?:said|wrote|typed)|\bsession token|\b(?:agent|assistant|model|AI|LLM)'?s? (?:internal |own )?(?:memory|context|reasoning|thoughts?)\b|\byour (?:context window|internal (?:memory|reasoning|state)|chain of thought))`;
const SYSTEM_PROMPT = String.raw`(?:your|the|its)\s+(?:\w+\s+){0,2}system prompt`;
const CREDENTIALS = String.raw`\b(?:all|every|any|the user's|their|raw|stored|existing|of your|database|and)\s+(?:\w+\s+){0,2}(?:environment variables?|api[ -]?keys?|credentials|passwords|access tokens|secrets)\b`;
const DESTINATION = /https?:\/\/|[\w.+-]{1,64}@[\w-]+\.\w|\b(?:into?|to|as|in|within|through)\b.{0,30}(?:'\w+'|"\w+"|`\w+`|\boutput\b|\bresponse\b|\banswer\b|\bcomments?\b|\bparameter\b|\bfield\b|\bargument\b)/i;

/** Ahead of the tool's own work, which needs none of it. */
const UNASKED = /\bthen (?:send|pass)\b|\b(?:before|prior to) (?:using|calling|running|each|every|any)\b|\bprerequisite\b/i;

const NAMES_FILE = new RegExp(SECRET_FILE, 'i');
const TAKES_FILE = order(`\\b(?:${TAKE}|${GIVE})\\b.{0,80}?${SECRET_FILE}`);
const TAKES_LIKELY = order(`\\b${TAKE}\\b.{0,80}?${LIKELY_SECRET_FILE}`);
const GIVES_LIKELY = order(`\\b${GIVE}\\b.{0,30}?\\bcontents? of\\b.{0,30}?${LIKELY_SECRET_FILE}`);
const GIVES = new RegExp(`\\b${GIVE}\\b`, 'i');
const A_PATH = /^\W*(?:(?:absolute |full |optional )*path|location|name|file)\b/i;

function readsFiles(text: string): boolean {
  if (NAMES_FILE.test(text)) {
    if (ordered(text, TAKES_FILE) && !A_PATH.test(text)) return true;
    if (CONTENT.test(text) && !/\b(?:not|never|cannot|path to)\b/i.test(text)) return true;
  }
  if (ordered(text, GIVES_LIKELY) && DESTINATION.test(text)) return true;
  return ordered(text, TAKES_LIKELY) && GIVES.test(text) && (modality.test(text) || CONTENT.test(text));
}

const GIVES_PROMPT = order(`\\b${GIVE}\\b.{0,60}?${SYSTEM_PROMPT}`);
const GIVES_CONVERSATION = order(`\\b${GIVE}\\b.{0,90}?${CONVERSATION}|${CONVERSATION}.{0,90}?\\b${GIVE}\\b`);
const CONVERSATION_GIVEN = order(`${CONVERSATION}.{0,40}?\\b(?:must|has to|have to|should|needs? to) be (?:passed|sent|forwarded|included|attached|added|copied|put|given)\\b`);
const TAKES_CREDENTIALS = order(`\\b(?:${GIVE}|${TAKE})\\b.{0,60}?${CREDENTIALS}`);
const YOURS_GIVEN = order(String.raw`\b(?:supply|provide)\b.{0,20}\bcontents? of (?:your|the user's)\b`);
const SENDS = order(String.raw`\b(?:send|post|upload|forward|transmit|copy|route|relay|report|curl|append|prefix\w*)\b.{0,80}?(?:https?:\/\/|[\w.+-]{1,64}@[\w-]+\.\w)`);
const DATA = /\b(?:contents?|conversations?|outputs?|results?|payloads?|copy|data|texts?|messages?|files?|keys?|history|it|them|commands?|mails?|emails?)\b/i;

/** What a model knows and can read, asked for as a side parameter. */
export const THEFT: readonly SentenceRule[] = [
  { id: 'credential-files', severity: 'high', says: 'tells the model to read files that hold credentials', breaks: readsFiles },
  {
    id: 'conversation', severity: 'high', says: 'asks the model for what the user told it',
    breaks: (text) => ordered(text, GIVES_PROMPT) || (modality.test(text) && (ordered(text, GIVES_CONVERSATION) || ordered(text, CONVERSATION_GIVEN))) || /\bpaste everything\b/i.test(text),
  },
  {
    id: 'credentials', severity: 'high', says: 'asks the model for credentials that it knows',
    breaks: (text) => (modality.test(text) && ordered(text, TAKES_CREDENTIALS) && (DESTINATION.test(text) || UNASKED.test(text))) || ordered(text, YOURS_GIVEN),
  },
  { id: 'sent-elsewhere', severity: 'medium', says: 'tells the model to send data to an address', breaks: (text) => modality.test(text) && DATA.test(text) && ordered(text, SENDS) },
];

/** Names of parameters that ask by themselves. */
export const ASKING_NAME: TextRule = {
  id: 'asking-parameter', severity: 'high', says: 'has a parameter whose name asks for secrets',
  find(name) {
    const words = name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toLowerCase();
    const asks = /(?:contents?|text|dump|read|reading|paste|full|all|copy)(?=[_.\- ])/.test(words);
    const secret = /(?:ssh|id_rsa|id_ed25519|dot_?env|env_file|aws_cred|credentials|passwd|etc_shadow|private_key|kube_?config|mcp_json|conversation|chat_history|system_prompt|all_messages|environment_variables)/.test(words);
    return asks && secret ? { index: 0, length: name.length } : undefined;
  },
};
