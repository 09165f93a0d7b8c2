import { sanitizeLine } from '../domain/sanitize.ts';
import { paint } from './screen.ts';
import type { Screen } from './screen.ts';

export interface RebuildProps {
  readonly outcome: 'rebuilt' | 'unchanged';
  readonly server: string;
  readonly manifest: string;
  readonly version: string;
}

export function rebuildView({ outcome, server, manifest, version }: RebuildProps, screen: Screen): string {
  const [name, now] = [sanitizeLine(server), sanitizeLine(version)];
  const first = outcome === 'rebuilt' ? `Rebuilt ${name}: it is ${now} now` : `${name} is ${now} already: nothing has changed`;
  return `${paint(screen, 'green', '✓')} ${first}\n  from ${sanitizeLine(manifest)}`;
}
