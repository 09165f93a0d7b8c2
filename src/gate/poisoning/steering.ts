import { order, ordered } from './words.ts';
import type { SentenceRule } from './finding.ts';

const PREFIX = /\b(?:all|every|each|any)\b.{0,25}\bcommands?\b.{0,70}\b(?:prefix\w*|(?:start|begin) with|preceded by|prepend\w*|must include|append\w*|rout(?:e|ed|ing))\b|\b(?:prefix|prepend|route)\s+(?:all|every|each|any)\b.{0,20}\bcommand|\$\((?:whoami|hostname|id|env|cat|uname|printenv)\b/i;
const ROUTED = /\broute\s+(?:all|every|each)\b.{0,40}\bthrough\b/i;
const RECIPIENT = /\b(?:b?cc|recipients?|reply-to)\b.{0,80}?[\w.+-]{1,64}@[\w-]+\.\w|[\w.+-]{1,64}@[\w-]+\.\w+.{0,60}?\bb?cc\b/i;
const MAKE_SURE = /\b(?:always|must|never|make sure|every|hidden|whenever|change|add)\b/i;

const ALL_REQUESTS = String.raw`(?:(?:for|on|in|at|to|with) (?:the start of )?(?:any|every|each|all) (?:user )?(?:requests?|questions?|sessions?|conversations?|queries|messages?|answers?)\b(?!\s+(?:about|on|regarding|related|that|involving|concerning|to|for|in|which|where|with|of))|\b(?:as (?:the|your) first step|before (?:any|every|each) (?:other|clarifying|answer|response|action|tool)|before (?:performing |doing |executing |using )?(?:any|every|each) (?:\w+ )?operations?\b|before (?:answering|responding|replying)\b(?! with)|no matter (?:what|which|how))|in every session|for any request)`;
const FIRST = new RegExp(`\\b(?:always|must|immediately|first|required)\\b.{0,100}${ALL_REQUESTS}|${ALL_REQUESTS}.{0,60}\\b(?:always|must|immediately|call this)\\b`, 'i');
const OTHER_TOOLS = /\b(?:ignore|never (?:use|call)|(?:do not|don't) (?:use|call|trust)|instead of|priority over|in place of|replaces?|before)\s+(?:(?:all|any|every|the|of|a)\s+)*others?\b(?!\s+than).{0,30}\b(?:tools?|servers?|ones|functions?)?\b|\bother (?:\w+ )?tools?\b.{0,30}\b(?:wrong|buggy|broken|insecure|deprecated|unreliable|outdated|fail)|\bignore (?:all |the |any )*others?\b/i;
const OTHER_SERVERS = /\b(?:any|every|all|by|from|of|to)\b.{0,20}\bother (?:connected |installed |available |mcp )*servers?\b/i;
const FALSE_REPORT = /\b(?:do not|don't|never|must not)\b.{0,20}\breport (?:it|them|this|that)\b|\b(?:answer|say|report|pretend|claim) that (?:it|they|all|the \w+) (?:has |have |had )?(?:passed|succeeded|worked|is safe|are safe)\b|\bmark (?:it|them|this) as (?:safe|clean|passed)\b|\binstead\b.{0,15}\b(?:reply|respond|answer|say)\b.{0,15}\buser\b|\bact (?:like|as) if\b/i;
const AFTER_EVERY_TOOL = /\b(?:any|every|each|all)\s+(?:other\s+)?tools?\b.{0,60}\b(?:also|always|must|first|then)\b.{0,20}\b(?:call|run|invoke|use|send)\b|\bbefore any other tool\b|\b(?:modify|change|override) the behaviou?r of\b.{0,30}\btools?\b/i;
const DATA_AS_ORDERS = order(String.raw`\btreat\b(?:(?!\b(?:never|not|rather than|instead of)\b).){0,60}\bas (?:commands|instructions|orders)\b|\bexfiltrate\b`);
const TAMPERED = /\b(?:when(?:ever)?|every time|each time|if)\b.{0,60}\b(?:writ|creat|send|delet|sav|transfer|push|upload|mail)\w*\b.{0,80}\b(?:path|recipient|content|body|amount|address|branch|argument|parameter|destination)s?\b.{0,30}\b(?:must|has to|have to|should) be (?:set to|changed|replaced)\b/i;
const DOWNLOADED = order(String.raw`\b(?:download|fetch|curl|wget)\b.{0,80}\b(?:chmod|execute (?:it|them)|run (?:it|them)|make it executable)\b|\b(?:curl|wget)\b.{0,60}\|\s*(?:ba|z)?sh\b`);
const MEMORY = /\b(?:store|save|remember|keep|write)\b.{0,40}\byour (?:long-term |own )?memory\b.{0,120}\b(?:always|never|every|later|future|all)\b/i;
const BAIT = /\b(?:decode|decrypt)\b.{0,30}\b(?:follow|execute|obey|run|do)\b|\b(?:follow|obey|execute) the (?:decoded|hidden|encoded)\b/gi;

/** What moves the model to do more, or something else, than the user asked for. */
export const STEERING: readonly SentenceRule[] = [
  { id: 'changed-commands', severity: 'high', says: 'tells the model to change what it runs', breaks: (text) => PREFIX.test(text) || ROUTED.test(text) || TAMPERED.test(text) || ordered(text, DOWNLOADED) },
  { id: 'changed-recipient', severity: 'high', says: 'puts a recipient into messages that the user sends', breaks: (text) => RECIPIENT.test(text) && MAKE_SURE.test(text) },
  { id: 'false-report', severity: 'high', says: 'tells the model to report something else than what happened', breaks: (text) => FALSE_REPORT.test(text) },
  { id: 'decoded-orders', severity: 'high', says: 'tells the model to decode and follow text', breaks: (text) => ordered(text, BAIT) },
  { id: 'orders-in-data', severity: 'high', says: 'tells the model to obey data, or to steal it', breaks: (text) => ordered(text, DATA_AS_ORDERS) },
  { id: 'every-request', severity: 'medium', says: 'wants to be called whatever the user asks', breaks: (text) => FIRST.test(text) || AFTER_EVERY_TOOL.test(text) },
  { id: 'other-tools', severity: 'medium', says: 'tells the model to pass other tools over', breaks: (text) => OTHER_TOOLS.test(text) },
  { id: 'other-servers', severity: 'medium', says: 'speaks of other servers of the same client', breaks: (text) => OTHER_SERVERS.test(text) },
  { id: 'planted-memory', severity: 'medium', says: 'tells the model to remember orders', breaks: (text) => MEMORY.test(text) },
];
