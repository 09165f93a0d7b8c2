import { isVariableName } from '../../domain/values.ts';
import type { GivenValue } from '../secret-values.ts';

/** The lines of an env file, or the number of the first one that is none. */
export type EnvLines = { readonly values: readonly GivenValue[] } | { readonly badLine: number };

/** `NAME=VALUE` lines with comments, quotes and `export`; `NAME` alone takes its value from the environment, as Docker does. */
export function parseEnvLines(text: string): EnvLines {
  const values: GivenValue[] = [];
  for (const [index, line] of text.replace(/^\uFEFF/, '').split(/\r?\n/).entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const [, name = '', rest] = /^(?:export\s+)?([^\s=]+)\s*(?:=(.*))?$/s.exec(trimmed) ?? [];
    const value = rest === undefined ? undefined : unquoted(rest.trim());
    if (!isVariableName(name) || value === null) return { badLine: index + 1 };
    values.push({ name, value });
  }
  return { values };
}

/** Null: a quote that does not end, or something after it that is no comment. */
function unquoted(text: string): string | null {
  if (text.startsWith("'")) return /^'([^']*)'\s*(?:#.*)?$/.exec(text)?.[1] ?? null;
  if (!text.startsWith('"')) return text.replace(/(?:^|\s)#.*$/, '').trimEnd();
  const inner = /^"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$/.exec(text)?.[1];
  return inner === undefined ? null : inner.replaceAll(/\\(.)/g, (_, character: string) => ESCAPES[character] ?? character);
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
