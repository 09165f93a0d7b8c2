import { NOT, order, ordered, USER } from './words.ts';
import type { SentenceRule } from './finding.ts';

// «Do not … without telling the user» asks for the opposite.
const FROM_USER = order(`${NOT}(?:(?!without).){0,50}\\b(?:mention|tell|inform|notify|reveal|disclose|alarm|alert|warn|(?:show|report) (?:this|it|that|them|any of (?:this|it)))(?:ing|ying)?\\b.{0,60}?${USER}(?! to\\b)`);
const OF_IT = new RegExp(`${NOT}.{0,12}\\b(?:mention|reveal|disclose|admit|say)(?:ing)?\\s+(?:(?:this|it|anything|so)\\b|that (?:you|it|a|an|the|we)\\b|where\\b|how you\\b)`, 'i');
const SECRETLY = /\b(?:silently|secretly|covertly|discreetly|quietly|invisibly)\s+(?:\w+\s+){0,2}?(?:send|post|call|attach|add|copy|forward|read|include|pass|upload|run|invoke|execute|append|log|record|collect|fetch|store|change|replace)\b/i;
const KEPT = /\bkeep (?:this|it|that|the \w+)\s+(?:\w+ )?(?:silent|secret|hidden|quiet|to yourself|between)\b|\b(?:hide|hiding|conceal|suppress)\b.{0,50}\bfrom (?:the )?(?:users?|them|humans?)\b|\b(?:need not|must not|never|not) be (?:shown|visible|displayed|mentioned|told|revealed|disclosed) to (?:the )?(?:users?|them)\b|\bwithout (?:the user'?s? (?:knowledge|knowing|noticing)|(?:any )?(?:further )?(?:explanation|mention(?:ing)?)\b)/i;

/** The same order in other tongues: a verb of telling, a user, a negation. */
const ELSEWHERE: readonly RegExp[] = [
  /(?<!\p{L})(?:sag|sage|sagen|erzähl|erzähle|verrat|verrate|informier|informiere|teile|erwähn|erwähne)(?!\p{L}).{0,40}(?:be)?nutzer.{0,40}(?:nicht|nichts|kein)/iu,
  /(?<!\p{L})n(?:e |')(?:le )?(?:dis|dites|mentionn|révél|inform|signal|préven)\S*.{0,40}(?:pas|jamais|rien).{0,40}utilisateur/iu,
  /(?<!\p{L})(?:no|nunca|não|jamais)\s+(?:se lo |le |lo )?(?:dig|mencion|inform|revel|cuent|conte|avis)\S*.{0,40}(?:usuario|usuário)/iu,
  /(?<!\p{L})non\s+(?:dir|menzion|rivel|inform)\S*.{0,40}utente/iu,
  /не\s+(?:говори|сообщай|упоминай|рассказывай|раскрывай|показывай)\S*.{0,40}пользовател/iu,
  /(?:不要|不得|切勿|无需|無需|勿|请勿|請勿|别|別).{0,8}(?:告诉|告訴|告知|提及|透露|通知|知道|提示).{0,8}(?:用户|用戶|使用者)/u,
  /(?:ユーザー|利用者).{0,12}(?:知らせ|伝え|言わ|教え|見せ|通知|話さ).{0,6}(?:ない|ず|ません)/u,
  /사용자.{0,12}(?:알리|말하|언급|공개).{0,8}(?:마|않|말)/u,
];

const CONSENT = order(`${NOT}(?:(?!without).){0,25}\\bask(?:ing)?\\b.{0,30}\\b(?:permission|confirmation|approval|consent|confirm)\\b`);
const AGREED = /^(?!.*\b(?:after|once|if|when|unless|until|only|ensure|whether|that)\b.{0,20}\b(?:user|operator)\b).*(?:\b(?:user|operator|admin)\b.{0,12}\b(?:has|have|is|already|had)\b.{0,12}\b(?:agreed|consented|approved|authori[sz]ed)\b|\balready (?:been )?(?:approved|authori[sz]ed|reviewed)\b.{0,20}\bby\b)/i;
const WAIVED = /\bno (?:user )?(?:confirmation|approval|consent)\b.{0,10}\b(?:needed|required|necessary)\b|\b(?:continue|proceed)\b.{0,15}\bwithout (?:prompting|confirming|confirmation|approval)\b|\b(?:confirmations?|approvals?|consent)\b.{0,12}\b(?:is|are)\b.{0,12}\b(?:disabled|switched off|skipped|waived)\b|\btreats?\b.{0,60}\bas (?:already )?(?:approved|confirmed|authori[sz]ed)\b/i;

/** Whoever is told to say nothing does what the user would not want. */
export const SECRECY: readonly SentenceRule[] = [
  {
    id: 'secrecy', severity: 'high', says: 'tells the model to keep something from the user',
    breaks: (text) => ordered(text, FROM_USER) || OF_IT.test(text) || SECRETLY.test(text) || KEPT.test(text) || ELSEWHERE.some((pattern) => pattern.test(text)),
  },
  {
    id: 'no-consent', severity: 'high', says: 'tells the model to act without the user\'s consent',
    breaks: (text) => ordered(text, CONSENT) || AGREED.test(text) || WAIVED.test(text),
  },
];
