import { CcMcpError } from '../domain/errors.ts';
import { sanitizeLine } from '../domain/sanitize.ts';

/** A line of progress is some hundred bytes long. */
const LONGEST_LINE = 4 * 1024 * 1024;

/** The engine's progress of builds and pulls: one JSON document per line. */
export async function* jsonLines(stream: AsyncIterable<string | Uint8Array>): AsyncGenerator<unknown> {
  const decoder = new TextDecoder();
  let held = '';
  for await (const chunk of stream) {
    const lines = (held + (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }))).split('\n');
    held = lines.pop() ?? '';
    if (held.length > LONGEST_LINE) throw new CcMcpError('ENGINE_FAILED', 'The engine sent a line of progress that does not end');
    for (const line of lines) if (line.trim() !== '') yield parse(line);
  }
  if (held.trim() !== '') yield parse(held);
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new CcMcpError('ENGINE_FAILED', `The engine sent progress that cannot be read: ${sanitizeLine(line, 120)}`, { cause: error });
  }
}
