import { type ToolDefinition, toolFingerprint } from '../domain/fingerprint.ts';
import { parseJson } from '../domain/parse-json.ts';

/** Names of tools in one `tools/list` answer that are not what the lock holds: changed, or new. Undefined: the line is no such answer. */
export function changedTools(line: Buffer, locked: Readonly<Record<string, string>>): readonly string[] | undefined {
  const tools = toolsOf(line);
  return tools?.filter((tool) => !Object.hasOwn(locked, tool.name) || locked[tool.name] !== toolFingerprint(tool)).map((tool) => tool.name);
}

function toolsOf(line: Buffer): ToolDefinition[] | undefined {
  const answer = parseJson(line.toString('utf8'));
  const tools = member(member(answer, 'result'), 'tools');
  return Array.isArray(tools) ? tools.filter(isTool) : undefined;
}

function isTool(value: unknown): value is ToolDefinition {
  return typeof member(value, 'name') === 'string';
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
