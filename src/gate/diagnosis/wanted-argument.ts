import type { Diagnosis } from './evidence.ts';

/** argparse, click, commander, yargs, clap and hand-made ones. */
const PATTERNS: readonly RegExp[] = [
  /the following arguments are required: ([^\n]+)/,
  /Missing (?:option|argument|parameter) ['"]?([^'"\n.]+)/,
  /required option ['"]?([^'"\n]+?)['"]? not specified/,
  /missing required argument:? ['"]?([^'"\n]+)/i,
  /Missing required arguments?: ([^\n]+)/,
  /required arguments were not provided:\s*([^\n]+)/,
];
const USAGE = /^\s*usage:\s*(\S[^\n]*)/im;

/** What a server wants behind its name. Its usage line alone is the last thing to go by. */
export function wantedArgument(text: string): Diagnosis | undefined {
  for (const pattern of PATTERNS) {
    const wanted = pattern.exec(text)?.[1]?.trim();
    if (wanted !== undefined) return { reason: `it wants the argument ${wanted}`, suggestions: ['Give arguments behind --, at the end of the command'] };
  }
  return undefined;
}

export function shownUsage(text: string): Diagnosis | undefined {
  const usage = USAGE.exec(text)?.[1]?.trim();
  return usage === undefined ? undefined : { reason: `it wants other arguments, and shows its usage: ${usage}`, suggestions: ['Give arguments behind --, at the end of the command'] };
}
