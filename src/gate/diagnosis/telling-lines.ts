import { sanitize, sanitizeLine } from '../../domain/sanitize.ts';

/** `ValueError: …`, `Error: …`, `Error [ERR_X]: …`, `fatal: …`, `panic: …`. */
const ERROR_LINE = /^(?:Uncaught\s+)?(?:\[cause\]:\s*)?\[?(?:[\w.$]*(?:Error|Exception)(?:\s\[[A-Z_]+\])?|fatal|panic|FATAL(?: ERROR)?|ERROR|error)\b\s?:\s*\S/;
/** What runtimes print around the error: stack frames, code excerpts, closing lines. */
const NOISE = /^(?:at\s|File "|\^|[~^\s]+$|[{}\])]+;?$|\w+: (?:'[^']*'|\d+|undefined|null),?$|Node\.js v|Traceback|node:|throw\b|\.\.\.|Process exited|\[?cause\]?:)/;
const LINE_LENGTH = 240;

/** What a stderr says best, to stand behind a sentence: nothing when there was no word. */
export function telling(stderr: string): string {
  const line = tellingLine(stderr);
  return line === '' ? '' : `: ${line}`;
}

/** The line of a stderr that tells most: the last one that names an error, else the last that is no stack frame. */
function tellingLine(stderr: string): string {
  const lines = sanitize(stderr).split('\n').map((line) => line.trim()).filter((line) => line !== '');
  const line = lines.findLast((text) => ERROR_LINE.test(text)) ?? lines.findLast((text) => !NOISE.test(text)) ?? lines.at(-1) ?? '';
  return sanitizeLine(line, LINE_LENGTH);
}
