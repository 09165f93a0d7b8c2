import type { DockerodeConnection } from './dockerode-connection.ts';
import { OutputTail } from './output-tail.ts';
import { StreamDemux } from './stream-demux.ts';

/** Runs a command in a running container, as its user; stdout and stderr interleaved. */
export async function execCommand(
  docker: DockerodeConnection, id: string, command: readonly string[], signal: AbortSignal | undefined,
): Promise<{ readonly exitCode: number; readonly output: string }> {
  return docker.use({ action: `run ${command[0] ?? 'a command'} in container ${id.slice(0, 12)}` }, signal, async (engine, inner) => {
    const exec = await engine.getContainer(id).exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true, abortSignal: inner });
    const stream = await exec.start({ Detach: false, Tty: false, abortSignal: inner });
    const tail = new OutputTail(() => {});
    const demux = new StreamDemux(stream);
    const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
    demux.stdout.on('data', (chunk: Buffer) => tail.push(decoders.stdout.decode(chunk, { stream: true })));
    demux.stderr.on('data', (chunk: Buffer) => tail.push(decoders.stderr.decode(chunk, { stream: true })));
    for await (const chunk of stream) demux.push(chunk);
    tail.end();
    const { ExitCode } = await exec.inspect({ abortSignal: inner });
    return { exitCode: ExitCode ?? -1, output: tail.lines.join('\n') };
  });
}
