import { CcMcpError } from '../domain/errors.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { DockerodeConnection } from './dockerode-connection.ts';
import { statusOf } from './engine-errors.ts';
import { textAt } from './json-fields.ts';
import { jsonLines } from './json-lines.ts';
import type { RegistryCredentials } from './registry-credentials.ts';
import { splitReference } from './split-reference.ts';

/** Each layer's states are said once, its progress bars not at all. */
export async function pullImage(docker: DockerodeConnection, reference: string, credentials: RegistryCredentials | undefined, onLine: (line: string) => void, signal: AbortSignal | undefined): Promise<void> {
  const { name, tag } = splitReference(reference);
  const said = new Set<string>();
  await docker.use({ action: `pull ${reference}` }, signal, async (engine, inner) => {
    // Without a tag an engine pulls all of them.
    const stream = await started(engine.createImage(credentials ?? {}, { fromImage: name, tag, abortSignal: inner }), reference);
    for await (const event of jsonLines(stream)) {
      const failure = textAt(event, 'errorDetail', 'message') || textAt(event, 'error');
      if (failure !== '') throw pullFailed(reference, failure);
      const line = sanitizeLine([textAt(event, 'id'), textAt(event, 'status')].filter((part) => part !== '').join(': '));
      if (line === '' || said.has(line)) continue;
      said.add(line);
      onLine(line);
    }
  });
}

/** Some registries' refusals come before the stream begins. */
async function started<T>(answer: Promise<T>, reference: string): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (statusOf(error) === undefined || !(error instanceof Error)) throw error;
    throw pullFailed(reference, error.message.replace(/^\(HTTP code \d+\) [^-]*- /, ''), error);
  }
}

function pullFailed(reference: string, message: string, cause?: unknown): CcMcpError {
  return new CcMcpError('SOURCE_UNREACHABLE', `${reference} could not be pulled: ${sanitizeLine(message)}`, {
    suggestions: [`docker pull ${reference}   shows whether the registry can be reached`], ...(cause === undefined ? {} : { cause }),
  });
}
