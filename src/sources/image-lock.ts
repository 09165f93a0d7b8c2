import { z } from 'zod';
import { canonicalJson } from '../domain/fingerprint.ts';
import { CcMcpError } from '../domain/errors.ts';
import { isImageName, parseImageVersion } from '../domain/image-grammar.ts';
import type { ImageSettings } from '../domain/lock.ts';
import { parseJson } from '../domain/parse-json.ts';

export interface ImageLock extends ImageSettings {
  readonly image: string;
  readonly digest: string;
  readonly entrypoint: readonly string[];
}

const words = z.array(z.string().max(2000).regex(/^[^\0-\x1F\x7F]*$/)).max(100);
const folder = z.string().max(300).regex(/^(?:\/[^\0-\x1F\x7F/]+)+$/).refine((path) => !path.split('/').some((part) => part === '.' || part === '..'));
/** Nothing is put over what an engine or cc-mcp has there. */
const writable = folder.refine((path) => !/^\/(?:proc|sys|dev|run|opt\/cc-mcp)(?:\/|$)/.test(path));

/** How a container of an image is started, and what it wants to write to. */
export const imageSettings = { entrypoint: words.min(1), command: words, workingDirectory: z.union([folder, z.literal('/')]), volumes: z.array(writable).max(20) };

const Schema = z.strictObject({ image: z.string().refine(isImageName), digest: z.string().regex(/^sha256:[0-9a-f]{64}$/), ...imageSettings });

export function writeImageLock(lock: ImageLock): string {
  return `${canonicalJson(lock)}\n`;
}

/** Reads a lock that may come from a stranger: the digest, and what of the image's settings a container of it takes. */
export function parseImageLock(content: string, name: string, version: string): ImageLock {
  const refuse = (problem: string): never => {
    throw new CcMcpError('LOCK_INVALID', `The lock of docker:${name} ${problem}`, {
      suggestions: ['Take the lock from where it was written again, or remove the server\'s lock entry and install anew'], details: { package: name },
    });
  };
  if (content.length > 100_000) return refuse('is larger than 100 kB');
  const result = Schema.safeParse(parseJson(content));
  if (!result.success) return refuse(`is not one of an image (${result.error.issues[0]?.path.join('.') ?? ''})`);
  const { data } = result;
  if (writeImageLock(data) !== content) return refuse('is not as cc-mcp writes it');
  if (data.image !== name || data.digest !== parseImageVersion(version)?.digest) return refuse(`is one of another image than ${name} ${version}`);
  return data;
}
