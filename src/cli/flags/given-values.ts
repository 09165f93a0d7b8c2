import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CcMcpError } from '../../domain/errors.ts';
import { isVariableName } from '../../domain/values.ts';
import type { GivenValue } from '../secret-values.ts';
import { parseEnvLines } from './env-lines.ts';

export interface ValueFlags {
  readonly env?: readonly string[] | undefined;
  readonly 'env-file'?: readonly string[] | undefined;
}

/** Values of `--env-file`, then those of `--env`, the last of a name alone. No message quotes what was given: it may be a secret. */
export async function givenValues(flags: ValueFlags, workingFolder: string, environment: Readonly<Record<string, string | undefined>>): Promise<readonly GivenValue[]> {
  const files = await Promise.all((flags['env-file'] ?? []).map((file) => readEnvFile(file, workingFolder)));
  const values = new Map<string, GivenValue>();
  for (const value of [...files.flat(), ...(flags.env ?? []).map(parseEnvFlag)]) {
    values.delete(value.name);
    values.set(value.name, value);
  }
  for (const { name, value } of values.values()) {
    if (value === undefined && environment[name] === undefined) {
      throw new CcMcpError('VALUE_MISSING', `--env ${name}: there is no variable ${name} in this environment`, { suggestions: [`--env ${name}=VALUE`] });
    }
  }
  return [...values.values()];
}

function parseEnvFlag(text: string): GivenValue {
  const equals = text.indexOf('=');
  const name = equals === -1 ? text : text.slice(0, equals);
  if (!isVariableName(name)) throw new CcMcpError('INVALID_VALUE', '--env takes NAME=VALUE, or NAME for a variable of this environment');
  return { name, value: equals === -1 ? undefined : text.slice(equals + 1) };
}

async function readEnvFile(file: string, workingFolder: string): Promise<readonly GivenValue[]> {
  const parsed = parseEnvLines(await readText(resolve(workingFolder, file), file));
  if ('values' in parsed) return parsed.values;
  throw new CcMcpError('INVALID_VALUE', `--env-file ${file}: line ${parsed.badLine} is not NAME=VALUE`, { suggestions: [`Correct line ${parsed.badLine} of ${file}`], details: { file, line: parsed.badLine } });
}

const REASONS: Readonly<Record<string, string>> = { ENOENT: 'there is no such file', EISDIR: 'it is a folder', EACCES: 'it may not be read', ENOTDIR: 'there is no such file' };

async function readText(path: string, typed: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? REASONS[String(error.code)] : undefined;
    if (reason === undefined) throw error;
    throw new CcMcpError('FILE_NOT_FOUND', `--env-file ${typed}: ${reason}`, { suggestions: ['--env-file PATH of a file with NAME=VALUE lines'], cause: error });
  }
}
