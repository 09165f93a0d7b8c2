import type { BuildRequest, ImageId } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import { packFiles } from './build-context.ts';
import type { DockerodeConnection } from './dockerode-connection.ts';
import { statusOf } from './engine-errors.ts';
import { textAt } from './json-fields.ts';
import { jsonLines } from './json-lines.ts';
import { OutputTail } from './output-tail.ts';

const LOG_LINES = 40;

/**
 * Builds with the classic builder, which every engine has and which needs no session. An engine answers 200 and reports a failure in
 * the stream, which then ends as if all were well. Undefined: it did not say the image's id.
 */
export async function buildImage(docker: DockerodeConnection, request: BuildRequest, onLine: (line: string) => void, signal: AbortSignal | undefined): Promise<ImageId | undefined> {
  const log = new OutputTail(onLine);
  const context = await packFiles(request.files);
  return docker.use({ action: 'build the image' }, signal, async (engine, inner) => {
    let id: ImageId | undefined;
    const stream = await started(engine.buildImage(context, { ...options(request), abortSignal: inner }), log);
    for await (const event of jsonLines(stream)) {
      log.push(textAt(event, 'stream') || statusLine(event));
      id = (textAt(event, 'aux', 'ID') as ImageId) || id;
      const failure = textAt(event, 'errorDetail', 'message') || textAt(event, 'error');
      if (failure !== '') throw buildFailed(failure, log);
    }
    log.end();
    return id;
  });
}

function options(request: BuildRequest) {
  const [tag] = request.tags;
  return {
    version: '1' as const,
    rm: true,
    // Else the container of a step that failed stays.
    forcerm: true,
    ...(tag === undefined ? {} : { t: tag }),
    labels: { ...request.labels },
    buildargs: { ...request.buildArguments },
    ...(request.network === 'host' ? { networkmode: 'host' } : {}),
  };
}

/** A Dockerfile that cannot be read is refused before the stream begins. */
async function started<T>(answer: Promise<T>, log: OutputTail): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (statusOf(error) === undefined || !(error instanceof Error)) throw error;
    throw buildFailed(error.message.replace(/^\(HTTP code \d+\) [^-]*- /, ''), log);
  }
}

function buildFailed(message: string, log: OutputTail): CcMcpError {
  log.push(`${message.trimEnd()}\n`);
  log.end();
  return new CcMcpError('BUILD_FAILED', `The image could not be built: ${sanitizeLine(message)}`, { details: { log: log.lines.slice(-LOG_LINES) } });
}

function statusLine(event: unknown): string {
  const status = textAt(event, 'status');
  // A progress bar is not a line.
  if (status === '' || textAt(event, 'progress') !== '') return '';
  const id = textAt(event, 'id');
  return `${id === '' ? '' : `${id}: `}${status}\n`;
}
