import { writeAtomically } from './atomic-write.ts';
import type { HomeFiles } from './home-files.ts';

/** Keeps the bytes of a file that cannot be used beside it, under a name with the time, and says so. */
export function setAside({ now, self, warn }: Pick<HomeFiles, 'now' | 'self' | 'warn'>, path: string, bytes: Uint8Array, reason: string): void {
  const kept = `${path}.corrupt-${new Date(now()).toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
  writeAtomically({ path: kept, content: bytes, mode: 0o600, writer: self() });
  warn(`${path} cannot be used (${reason}): it is kept as ${kept}, and a new one is begun`);
}
