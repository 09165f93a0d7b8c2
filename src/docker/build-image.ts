import { Readable } from 'node:stream';
import type Dockerode from 'dockerode';
import type { BuildRequest, ImageId } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import { packFiles } from './build-context.ts';
import { BuildkitTrace } from './buildkit-trace.ts';
import type { DockerodeConnection } from './dockerode-connection.ts';
import { statusOf } from './engine-errors.ts';
import { textAt } from './json-fields.ts';
import { jsonLines } from './json-lines.ts';
import { OutputTail } from './output-tail.ts';

const LOG_LINES = 40;

/** BuildKit is in Docker from 18.09; the classic builder is what all others have that speak Docker's API. */
export type Builder = 'buildkit' | 'classic';

/**
 * Builds from a context that is the request's body, which both builders take: BuildKit then needs no session. Either ends its work
 * when the connection breaks. An engine answers 200 and reports a failure in the stream, which then ends as if all were well.
 * Undefined: it did not say the image's id.
 */
export async function buildImage(docker: DockerodeConnection, builder: Builder, request: BuildRequest, onLine: (line: string) => void, signal: AbortSignal | undefined): Promise<ImageId | undefined> {
  const log = new OutputTail(onLine);
  const trace = new BuildkitTrace((text) => log.push(text));
  const context = await packFiles(request.files);
  return docker.use({ action: 'build the image' }, signal, async (engine, inner) => {
    let id: ImageId | undefined;
    const stream = await started(postBuild(engine, context, options(builder, request), inner), log);
    for await (const event of jsonLines(stream)) {
      if (textAt(event, 'id') === 'moby.buildkit.trace') trace.read(Buffer.from(textAt(event, 'aux'), 'base64'));
      else log.push(textAt(event, 'stream') || statusLine(event));
      id = (textAt(event, 'aux', 'ID') as ImageId) || id;
      const failure = textAt(event, 'errorDetail', 'message') || textAt(event, 'error');
      if (failure === '') continue;
      trace.end();
      throw buildFailed(failure, log);
    }
    trace.end();
    log.end();
    return id;
  });
}

/** dockerode's own call opens a gRPC session for BuildKit, which never closes when the build is aborted. */
function postBuild(engine: Dockerode, context: Readable, query: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<Readable> {
  return new Promise((resolve, reject) => {
    const call = { path: '/build?', method: 'POST', file: context, options: query, abortSignal: signal, isStream: true, statusCodes: { 200: true, 500: 'server error' } };
    engine.modem.dial(call, (error: unknown, stream) => {
      if (stream instanceof Readable) resolve(stream);
      else reject(error ?? new Error('the engine gave no stream'));
    });
  });
}

function options(builder: Builder, request: BuildRequest): Readonly<Record<string, unknown>> {
  const [tag] = request.tags;
  return {
    version: builder === 'buildkit' ? '2' : '1',
    rm: true,
    // Else the container of a step that failed stays.
    forcerm: true,
    // Podman's own word, which others ignore: else each step stays as an image, which nobody can take away without breaking a build under way.
    layers: false,
    ...(tag === undefined ? {} : { t: tag }),
    labels: { ...request.labels },
    buildargs: { ...request.buildArguments },
    ...(request.network === 'default' ? {} : { networkmode: request.network }),
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
