import type { Readable } from 'node:stream';
import type { Attachment } from '../../src/domain/container-engine.ts';

export const ALL = { stdin: true, stdout: true, stderr: true } as const;

export async function bytesOf(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** The next `length` bytes of stdout; the stream goes on afterwards. */
export function take(stream: Readable, length: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= length) done(() => resolve(Buffer.concat(chunks)));
    };
    const onEnd = (): void => done(() => reject(new Error(`the stream ended after ${size} of ${length} bytes`)));
    const done = (then: () => void): void => {
      stream.off('data', onData).off('end', onEnd).pause();
      then();
    };
    stream.on('data', onData).on('end', onEnd).resume();
  });
}

/** Sends bytes in and gives back as many that came out. */
export async function echoed(attachment: Attachment, bytes: Buffer): Promise<Buffer> {
  const answer = take(attachment.stdout, bytes.length);
  attachment.stdin.write(bytes);
  return answer;
}
