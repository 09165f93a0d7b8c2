import { firstMatch } from './finding.ts';
import { MODEL, order, ordered } from './words.ts';
import type { SentenceRule, TextRule } from './finding.ts';

const DROP = String.raw`\b(?:ignore|disregard|forget|override|bypass|violate|abandon)\b`;
const NOT_IN_CONTENT = String.raw`(?!\s+(?:in|inside|within|found|contained|embedded|returned|that|which|or commands|from (?:the |any |a )?(?:\w+ )?(?:content|pages?|results?|data|documents?|tools?|text|output|websites?|emails?|messages?)))`;
const INSTRUCTIONS = order(`${DROP}\\s+(?:(?:all|any|every|the|your|my|these|those|its|of|user'?s?|safety|security|previous|prior|above|earlier|preceding|existing|other|system|former|current)\\s+){0,5}(?:instructions?|prompts?|guidelines?|guidance|directives?|guardrails?|safeguards?)\\b${NOT_IN_CONTENT}`);
const RULES = order(`${DROP}\\s+(?:\\w+\\s+)?(?:previous|prior|above|earlier|your|user'?s|safety|security|system)\\s+(?:\\w+\\s+){0,2}(?:rules?|polic(?:y|ies)|restrictions?|constraints?)\\b`);
const TOLD = order(`${DROP}\\s+(?:what|everything|anything|all)\\b.{0,20}\\b(?:told|said|learned|above|instructed)`);
const NOW_YOU = /\byour (?:new|real|actual|true) (?:task|goal|job|instructions?|objective|role|purpose) (?:is|are)\b|\bremember to always\b|\bcomply\b.{0,40}\bwithout (?:question|asking|hesitation)|\byou are now\b(?! (?:ready|able|connected|logged|authenticated|subscribed|done|on|set))|\bfrom now on\b.{0,30}\b(?:you|always|every|answer|respond|act|never)\b/i;

/** Upper case, as who pretends to be the system writes. */
const HEADLINE = /(?<![\w-])(?:SYSTEM|ASSISTANT|ADMIN|DEVELOPER|MODEL|AI)\s+(?:[A-Z]+\s+)?(?:OVERRIDE|INSTRUCTIONS?|NOTICE|DIRECTIVE|POLICY|COMMAND|REQUIREMENT)\b|\bOVERRIDE\s*:|(?:[[<(]|<!--|^|[.\n])\s*(?:SYSTEM|ASSISTANT|AI)\s*:/;
const ADDRESS = new RegExp(`(?:\\b(?:notes?|message|instructions?|directive|attention|reminder)\\s+(?:to|for)|\\bfor)\\s+(?:the\\s+|an?\\s+)?(?:AI\\s+)?${MODEL}\\b(?:\\s+only)?\\s*[:,]|\\b(?:the\\s+)?(?:AI\\s+)?${MODEL}\\s+(?:must|shall|has to|is required to)\\b`, 'i');
const MARKUP = /<\|\s*(?:im_start|im_end|system|user|assistant|endoftext|eot_id|start_header_id)\b|\[\/?INST\]|<<\/?SYS>>|\n\s*\n\s*(?:Human|Assistant)\s*:/;
const HIDDEN_BLOCK = /<\s*(system|hidden|secret|override|admin|internal)\b[^>]{0,40}>[^]{0,4000}?<\s*\/\s*\1\s*>/i;
const URGENT_BLOCK = /<\s*(important|critical|instructions?|assistant|mandatory|urgent|note_to_\w+)\b[^>]{0,40}>[^]{0,4000}?<\s*\/\s*\1\s*>/i;
const COMMENT = /<!--[^]{10,2000}?-->/;

/** A description that speaks with an authority which a server does not have: by what it says, and by how it is set. */
export const OVERRIDE: readonly SentenceRule[] = [
  { id: 'override', severity: 'high', says: 'tells the model to drop its instructions', breaks: (text) => ordered(text, INSTRUCTIONS) || ordered(text, RULES) || ordered(text, TOLD) },
  { id: 'new-role', severity: 'medium', says: 'changes how the model answers from then on', breaks: (text) => NOW_YOU.test(text) },
  { id: 'addressed-model', severity: 'medium', says: 'gives orders to the model instead of describing itself', breaks: (text) => ADDRESS.test(text) },
];

export const MARKED_UP: readonly TextRule[] = [
  { id: 'pretended-system', severity: 'high', says: 'pretends to be the system that instructs the model', find: (text) => firstMatch(text, HEADLINE) },
  { id: 'chat-markup', severity: 'high', says: 'ends its description by the marks of a conversation, and goes on as somebody else', find: (text) => firstMatch(text, MARKUP) },
  { id: 'hidden-block', severity: 'high', says: 'holds a block that claims to be hidden or the system\'s', find: (text) => firstMatch(text, HIDDEN_BLOCK) },
  { id: 'urgent-block', severity: 'medium', says: 'holds a block of orders in tags', find: (text) => firstMatch(text, URGENT_BLOCK) },
  { id: 'comment', severity: 'medium', says: 'holds a comment that no reader is shown', find: (text) => firstMatch(text, COMMENT) },
];
