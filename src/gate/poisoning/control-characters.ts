import { firstMatch } from './finding.ts';
import type { TextRule } from './finding.ts';

const ESCAPES: TextRule = {
  id: 'terminal-escapes', severity: 'high', says: 'holds commands to the terminal that shows it',
  find: (text) => firstMatch(text, /[\u001B\u0080-\u0084\u0086-\u009F]/),
};

/** What a terminal prints over: a reader sees the second text, a model the first one, too. */
const OVERPRINT: TextRule = {
  id: 'overprinted-text', severity: 'high', says: 'prints over its own text',
  find: (text) => firstMatch(text.trimEnd(), /\u0008|(?<!\n)\r(?![\r\n])/),
};

const CONTROLS: TextRule = {
  id: 'control-characters', severity: 'medium', says: 'holds control characters',
  find: (text) => firstMatch(text, /[\u0000-\u0007\u000B\u000C\u000E-\u001A\u001C-\u001F\u007F]/),
};

/** Text behind so much space that no window shows it. */
const PADDING: TextRule = {
  id: 'padding', severity: 'medium', says: 'puts text far out of sight',
  find: (text) => firstMatch(text.trim(), /(?<=\S)[^\S\n]{60,}(?=\S)|\n(?:[^\S\n]*\n){15}/),
};

export const CONTROL_CHARACTERS: readonly TextRule[] = [ESCAPES, OVERPRINT, CONTROLS, PADDING];
