import { sanitizeLine } from '../domain/sanitize.ts';

/** The templates' own words. */
const OWN = /^(?:#\d+ [\d.]+ )?cc-mcp: (.+)$/;
const APT_FETCH = /\b(?:E: Failed to fetch|Err:\d+) (?:https?:\/\/([^/\s]+))?/;
const APT_GONE = /E: The repository '(\S+)[^']*' (?:does not have|no longer has) a Release file/;
const APT_DEPENDS = /(\S+) : (?:Pre)?Depends: (\S+)[^\n]* but it is not (?:installable|going to be installed)/;
const APK_MISSING = /^\s*(\S+) \(no such package\)/;
const APK_FETCH = /(?:ERROR|WARNING|fetch).*?https?:\/\/([^/\s]+)\S*: (?:temporary error|network error|DNS[^\n]*|TLS[^\n]*|Permission denied|could not connect)/i;

/** What a build's log says of why packages of the base image's distribution could not be added; undefined: it is about something else. */
export function explainSystemFailure(log: readonly string[]): string | undefined {
  const lines = log.map((line) => sanitizeLine(line, 400));
  const own = first(lines, OWN);
  if (own !== undefined) return own[1];
  const missing = first(lines, APK_MISSING);
  if (missing !== undefined) return `The distribution of the base image has no package ${missing[1] ?? ''}`;
  const gone = first(lines, APT_GONE);
  if (gone !== undefined) return `The distribution of the base image is served no more at ${gone[1] ?? ''}: take a newer base image`;
  const fetched = first(lines, APT_FETCH) ?? first(lines, APK_FETCH);
  if (fetched !== undefined) return `The packages of the base image's distribution cannot be fetched${fetched[1] === undefined ? '' : ` from ${fetched[1]}`}`;
  const depends = first(lines, APT_DEPENDS);
  return depends === undefined ? undefined : `The system package ${depends[1] ?? ''} cannot be installed: it needs ${depends[2] ?? ''}, which cannot be had`;
}

function first(lines: readonly string[], pattern: RegExp): RegExpExecArray | undefined {
  for (const line of lines) {
    const match = pattern.exec(line);
    if (match !== null) return match;
  }
  return undefined;
}
