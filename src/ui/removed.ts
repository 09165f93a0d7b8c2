import { sanitizeLine } from '../domain/sanitize.ts';
import { paint } from './screen.ts';
import type { Screen } from './screen.ts';
import { wrapText } from './text-width.ts';

export interface RemovedProps {
  readonly removed: {
    readonly containers: number;
    readonly networks: number;
    readonly volumes: readonly string[];
    readonly images: readonly string[];
    readonly clientEntries: readonly string[];
  };
  readonly kept: readonly string[];
}

/** After «✓ Uninstalled NAME»: what is gone, and what stays. */
export function uninstallView(title: string, where: string | undefined, { removed, kept }: RemovedProps, screen: Screen): string {
  const parts = [
    counted(removed.containers, 'container'), counted(removed.networks, 'network'), counted(removed.volumes.length, 'volume'),
    counted(removed.images.length, 'image'), counted(removed.clientEntries.length, 'client entry', 'client entries'),
  ].filter((part) => part !== '');
  return [
    `${paint(screen, 'green', '✓')} ${sanitizeLine(title)}`,
    ...(where === undefined ? [] : [`  from ${sanitizeLine(where)}`]),
    ...(parts.length === 0 ? [] : [`  removed ${parts.join(', ')}`]),
    ...kept.flatMap((text) => wrapText(`kept ${sanitizeLine(text)}`, Math.max(20, screen.columns - 2))).map((line) => paint(screen, 'dim', `  ${line}`)),
  ].join('\n');
}

function counted(count: number, one: string, many = `${one}s`): string {
  return count === 0 ? '' : `${count} ${count === 1 ? one : many}`;
}
