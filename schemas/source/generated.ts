import { z } from 'zod';
import { COMMAND_RESULTS } from './command-results.ts';
import { commandSnapshot } from './command-snapshot.ts';
import { envelope } from './envelope.ts';
import { manifestFile } from './manifest.ts';
import { logLine } from './status.ts';

/** Name in `schemas/` → text of every generated file. */
export async function generatedSchemas(): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const [command, result] of Object.entries(COMMAND_RESULTS)) {
    files.set(`result-${command}.json`, schemaText(`cc-mcp ${command === 'overview' ? '' : `${command} `}--json`, envelope(result)));
  }
  files.set('log-line.json', schemaText('A line of cc-mcp logs --follow --json', logLine));
  files.set('mcp.schema.json', schemaText('mcp.json', manifestFile));
  files.set('commands.json', text(await commandSnapshot()));
  return files;
}

function schemaText(title: string, schema: z.ZodType): string {
  return text({ title, ...z.toJSONSchema(schema, { target: 'draft-2020-12' }) });
}

function text(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
