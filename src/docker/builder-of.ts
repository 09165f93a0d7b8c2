import type { Builder } from './build-image.ts';
import type { EngineCaller } from './engine-caller.ts';
import { isPodman } from './engine-info.ts';
import { textAt } from './json-fields.ts';

/** The first API whose `/build` knows BuildKit without an experimental engine. */
const FIRST_MINOR = 39;

/** What the engine builds with: BuildKit wherever it has it, which runs stages side by side and copies no layer twice. */
export async function builderOf(engine: EngineCaller, signal: AbortSignal | undefined): Promise<Builder> {
  return builderFor(await engine.ask({ action: "read the engine's version" }, { method: 'GET', path: '/version' }, signal));
}

/** By the answer to `/version`. The ping's `Builder-Version` tells what a client should prefer, not what there is: 20.10 leaves it out. */
export function builderFor(version: unknown): Builder {
  if (isPodman(version)) return 'podman';
  const [, major = '0', minor = '0'] = /^(\d+)\.(\d+)/.exec(textAt(version, 'ApiVersion')) ?? [];
  const hasBuildkit = Number(major) > 1 || (Number(major) === 1 && Number(minor) >= FIRST_MINOR);
  return hasBuildkit && textAt(version, 'Os') === 'linux' ? 'buildkit' : 'classic';
}
