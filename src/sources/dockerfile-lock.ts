import { z } from 'zod';
import { canonicalJson } from '../domain/fingerprint.ts';
import { CcMcpError } from '../domain/errors.ts';
import { isImageName, parseImageVersion, splitImage } from '../domain/image-grammar.ts';
import { parseJson } from '../domain/parse-json.ts';
import { imageSettings } from './image-lock.ts';

const reference = z.string().max(400).refine((text) => {
  const { name, version } = splitImage(text);
  return isImageName(name) && (version === undefined || parseImageVersion(version) !== undefined);
});

const Schema = z.strictObject({
  dockerfile: z.string().max(300),
  network: z.boolean(),
  /** As the Dockerfile names them, with what they were. */
  images: z.array(z.strictObject({ image: reference, digest: z.string().regex(/^sha256:[0-9a-f]{64}$/) })).min(1).max(50),
  ...imageSettings,
});

/** Every image that an own Dockerfile takes something from, and how a container of what it makes is started. */
export type DockerfileLock = Readonly<z.infer<typeof Schema>>;

export function writeDockerfileLock(lock: DockerfileLock): string {
  return `${canonicalJson(lock)}\n`;
}

/** Reads a lock that may come from a stranger. `where`: the folder or repository, for messages. */
export function parseDockerfileLock(content: string, where: string, { dockerfile, network }: Pick<DockerfileLock, 'dockerfile' | 'network'>): DockerfileLock {
  const refuse = (problem: string): never => {
    throw new CcMcpError('LOCK_INVALID', `The lock of ${where} ${problem}`, { suggestions: ['Take the lock from where it was written again, or remove the server\'s lock entry and install anew'] });
  };
  if (content.length > 100_000) return refuse('is larger than 100 kB');
  const result = Schema.safeParse(parseJson(content));
  if (!result.success) return refuse(`is not one of a Dockerfile (${result.error.issues[0]?.path.join('.') ?? ''})`);
  const { data } = result;
  if (writeDockerfileLock(data) !== content) return refuse('is not as cc-mcp writes it');
  if (data.dockerfile !== dockerfile || data.network !== network) return refuse(`is one of ${data.dockerfile}, built ${data.network ? 'with' : 'without'} network`);
  return data;
}
