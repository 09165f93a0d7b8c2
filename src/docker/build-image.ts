import type { BuildRequest, ImageId } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import { packFiles } from './build-context.ts';
import { BuildkitTrace } from './buildkit-trace.ts';
import type { EngineCaller } from './engine-caller.ts';
import { statusOf } from './engine-errors.ts';
import { httpUpload } from './http-upload.ts';
import { textAt } from './json-fields.ts';
import { jsonLines } from './json-lines.ts';
import { OutputTail } from './output-tail.ts';
import { podmanBuildNetwork } from './podman-build.ts';

const LOG_LINES = 40;

/** BuildKit is in Docker from 18.09; Podman's own answers as the classic builder does, and takes the network in other words. */
export type Builder = 'buildkit' | 'classic' | 'podman';

/**
 * Builds from a context that is the request's body, which both builders take: BuildKit then needs no session. Either ends its work
 * when the connection breaks. An engine answers 200 and reports a failure in the stream, which then ends as if all were well.
 * Undefined: it did not say the image's id.
 */
export async function buildImage(engine: EngineCaller, builder: Builder, request: BuildRequest, onLine: (line: string) => void, signal: AbortSignal | undefined): Promise<ImageId | undefined> {
  const log = new OutputTail(onLine);
  const trace = new BuildkitTrace((text) => log.push(text));
  const archive = await packFiles(request.files);
  return engine.orderWith({ action: 'build the image' }, signal, async (inner) => {
    let id: ImageId | undefined;
    const stream = await started(httpUpload(engine.address, { method: 'POST', path: `/build?${query(builder, request).toString()}`, archive }, inner), log);
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
  }, Number.POSITIVE_INFINITY);
}

function query(builder: Builder, request: BuildRequest): URLSearchParams {
  const [tag] = request.tags;
  return new URLSearchParams({
    version: builder === 'buildkit' ? '2' : '1',
    rm: 'true',
    // Else the container of a step that failed stays.
    forcerm: 'true',
    // Podman's own word, which others ignore: else each step stays as an image, which nobody can take away without breaking a build under way.
    layers: 'false',
    ...(tag === undefined ? {} : { t: tag }),
    ...(request.dockerfile === undefined ? {} : { dockerfile: request.dockerfile }),
    labels: JSON.stringify(request.labels),
    buildargs: JSON.stringify(request.buildArguments),
    ...(builder === 'podman' ? podmanBuildNetwork(request.network) : request.network === 'default' ? {} : { networkmode: request.network }),
  });
}

/** A Dockerfile that cannot be read is refused before the stream begins. */
async function started<T>(answer: Promise<T>, log: OutputTail): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (statusOf(error) === undefined || !(error instanceof Error)) throw error;
    throw buildFailed(error.message, log);
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
