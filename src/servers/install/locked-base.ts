import { CcMcpError } from '../../domain/errors.ts';
import type { LockEntry } from '../../domain/lock.ts';
import type { OpenedSource } from '../../domain/source.ts';
import type { ConnectedEngine, ServerPorts } from '../ports.ts';
import { findBaseImage, sourceBase } from './base-image.ts';
import type { BaseImage } from './base-image.ts';

/**
 * The base that a lock names, by its digest where it can be had. A lock comes from a stranger, so its base counts only where it is
 * the one that this user builds on anyway; else, and where that digest is gone, the user's own is taken and the recipe is another one.
 */
export async function lockedBase(ports: Pick<ServerPorts, 'configuration' | 'progress' | 'clock'>, engine: ConnectedEngine, source: OpenedSource, entry: LockEntry, signal?: AbortSignal): Promise<BaseImage> {
  const { images } = await ports.configuration.read();
  const base = await sourceBase(ports, source, engine, signal);
  const { canonical } = base;
  if (canonical !== entry.base.image || base.digest === entry.base.digest) return base;
  const byDigest = `${canonical.replace(/:[^/:@]*$/, '')}@${entry.base.digest}`;
  try {
    return { ...(await findBaseImage(ports, byDigest, engine, images, signal)), canonical, digest: entry.base.digest };
  } catch (error) {
    // It was an image that never saw a registry, or the registry has dropped it.
    if (error instanceof CcMcpError && (error.code === 'SOURCE_UNREACHABLE' || error.code === 'PACKAGE_NOT_FOUND' || error.code === 'IMAGE_MISSING')) return base;
    throw error;
  }
}
