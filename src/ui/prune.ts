import { formatBytes } from '../domain/limits.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import { paint } from './screen.ts';
import type { Screen } from './screen.ts';

export interface PruneProps {
  readonly dryRun: boolean;
  readonly removed: Readonly<Record<'containers' | 'networks' | 'volumes' | 'images' | 'buildCache', readonly string[]>>;
  readonly reclaimedBytes: number;
}

export function pruneView({ dryRun, removed, reclaimedBytes }: PruneProps, screen: Screen): string {
  const lines = pruneLines(removed);
  if (lines.length === 0) return `${paint(screen, 'green', '✓')} Nothing of cc-mcp is unused`;
  const size = reclaimedBytes > 0 ? ` (${formatBytes(reclaimedBytes)})` : '';
  return [
    ...lines,
    dryRun ? paint(screen, 'dim', `Nothing was removed (--dry-run)${size}`) : `${paint(screen, 'green', '✓')} Removed ${lines.length} unused ${lines.length === 1 ? 'thing' : 'things'}${size}`,
  ].join('\n');
}

/** «image cc-mcp/x:1», a line each: also what the question shows. */
export function pruneLines(removed: PruneProps['removed']): string[] {
  const things = ([['containers', 'container'], ['networks', 'network'], ['volumes', 'volume'], ['images', 'image']] as const)
    .flatMap(([kind, word]) => removed[kind].map((name) => `${word} ${sanitizeLine(name)}`));
  const steps = removed.buildCache.length;
  return steps === 0 ? things : [...things, `build cache of ${steps} ${steps === 1 ? 'step' : 'steps'}`];
}
