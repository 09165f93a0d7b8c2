import { isSystemPackage } from '../../domain/system-packages.ts';
import type { Diagnosis } from './evidence.ts';
import { packageOfLibrary, packageOfProgram } from './system-package-of.ts';

const PROGRAM = String.raw`['"\`]?([A-Za-z0-9][\w.+-]*)['"\`]?`;
const PATTERNS: readonly RegExp[] = [
  new RegExp(String.raw`spawn(?:Sync)? ${PROGRAM} ENOENT`),
  new RegExp(String.raw`(?:sh|bash)(?:: (?:line )?\d+)?: ${PROGRAM}: (?:command )?not found`),
  new RegExp(String.raw`exec: ${PROGRAM}: executable file not found`),
  /\[Errno 2\] No such file or directory: ['"]([A-Za-z0-9][\w+-]*(?:\.\d+)?)['"]\s*$/m,
  new RegExp(String.raw`env: ${PROGRAM}: No such file or directory`),
  new RegExp(String.raw`Cmd\('${PROGRAM}'\) not found`),
  new RegExp(String.raw`${PROGRAM} (?:is not installed|executable not found|binary not found|was not found in (?:your )?PATH|not found in (?:\$)?PATH)`),
];
const BAD_GIT = /Bad git executable|GitCommandNotFound/;
const LIBRARY = /error while loading shared libraries: ([^\s:]+)|libpq library not found|(lib[\w.+-]+\.so[.\d]*): cannot open shared object file/;

/** A program or a shared library that the image does not have. */
export function missingProgram(text: string): Diagnosis | undefined {
  const program = PATTERNS.map((pattern) => pattern.exec(text)?.[1]).find((name) => name !== undefined) ?? (BAD_GIT.test(text) ? 'git' : undefined);
  if (program !== undefined) return missing(`the program ${program}`, packageOfProgram(program));
  const found = LIBRARY.exec(text);
  if (found === null) return undefined;
  const library = found[1] ?? found[2] ?? 'libpq';
  return missing(`the library ${library}`, packageOfLibrary(library));
}

/** A name that was read from a log is suggested only where it is one that could be typed. */
function missing(what: string, systemPackage: string | undefined): Diagnosis {
  const flag = systemPackage !== undefined && isSystemPackage(systemPackage) ? `Install it with --system-package ${systemPackage}` : 'Choose a package of this server that brings it along';
  return { reason: `it needs ${what}, which its image does not have`, suggestions: [flag] };
}
