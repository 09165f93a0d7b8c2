import type { Diagnosis } from './evidence.ts';

const PROGRAM = String.raw`['"\`]?([A-Za-z0-9][\w.+-]*)['"\`]?`;
const PATTERNS: readonly RegExp[] = [
  new RegExp(String.raw`spawn(?:Sync)? ${PROGRAM} ENOENT`),
  new RegExp(String.raw`(?:sh|bash)(?:: (?:line )?\d+)?: ${PROGRAM}: (?:command )?not found`),
  new RegExp(String.raw`exec: ${PROGRAM}: executable file not found`),
  new RegExp(String.raw`\[Errno 2\] No such file or directory: ${PROGRAM}\s*$`, 'm'),
  new RegExp(String.raw`env: ${PROGRAM}: No such file or directory`),
  new RegExp(String.raw`Cmd\('${PROGRAM}'\) not found`),
  new RegExp(String.raw`${PROGRAM} (?:is not installed|executable not found|binary not found|was not found in (?:your )?PATH|not found in (?:\$)?PATH)`),
];
const BAD_GIT = /Bad git executable|GitCommandNotFound/;
const LIBRARY = /error while loading shared libraries: ([^\s:]+)|libpq library not found|(lib[\w.+-]+\.so[.\d]*): cannot open shared object file/;

/** A program or a shared library that the image does not have. */
export function missingProgram(text: string): Diagnosis | undefined {
  const program = PATTERNS.map((pattern) => pattern.exec(text)?.[1]).find((name) => name !== undefined) ?? (BAD_GIT.test(text) ? 'git' : undefined);
  if (program !== undefined) return missing(`the program ${program}`);
  const library = LIBRARY.exec(text);
  return library === null ? undefined : missing(`the library ${library[1] ?? library[2] ?? 'libpq'}`);
}

function missing(what: string): Diagnosis {
  return { reason: `it needs ${what}, which its image does not have`, suggestions: ['Choose a package of this server that brings it along'] };
}
