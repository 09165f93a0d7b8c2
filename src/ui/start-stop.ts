import { sanitizeLine } from '../domain/sanitize.ts';
import { paint } from './screen.ts';
import type { Screen } from './screen.ts';

interface EndedProps {
  readonly server: string;
  readonly manifest: string;
  readonly sessions: number;
  readonly standbys: number;
}

export interface StartProps {
  readonly outcome: 'started' | 'already-started' | 'on-demand';
  readonly server: string;
  readonly manifest: string;
  readonly url?: string;
}

const STARTED = {
  started: (name) => `Started ${name}: it is on standby`,
  'already-started': (name) => `${name} is on standby already`,
  'on-demand': (name) => `${name} keeps no standby: it starts when a client asks`,
} as const satisfies Record<StartProps['outcome'], (name: string) => string>;

export function startView({ outcome, server, manifest, url }: StartProps, screen: Screen): string {
  if (url !== undefined) return lines(`${outcome === 'started' ? `Started ${sanitizeLine(server)}: it` : `${sanitizeLine(server)} runs already, and`} answers at ${sanitizeLine(url)}`, manifest, screen);
  return lines(STARTED[outcome](sanitizeLine(server)), manifest, screen);
}

export function stopView({ outcome, ...ended }: EndedProps & { readonly outcome: 'stopped' | 'already-stopped' }, screen: Screen): string {
  const name = sanitizeLine(ended.server);
  return outcome === 'already-stopped'
    ? lines(`Nothing of ${name} runs`, ended.manifest, screen)
    : lines(`Stopped ${name}: ${counted(ended)}; the next client starts it again`, ended.manifest, screen);
}

export function restartView({ outcome, url, ...ended }: EndedProps & { readonly outcome: 'restarted' | 'on-demand'; readonly url?: string }, screen: Screen): string {
  const now = url !== undefined ? `it answers at ${sanitizeLine(url)} again` : outcome === 'restarted' ? 'a new one is on standby' : 'it starts when a client asks';
  return lines(`Restarted ${sanitizeLine(ended.server)}: ${counted(ended)}; ${now}`, ended.manifest, screen);
}

function counted({ sessions, standbys }: EndedProps): string {
  const parts = [[sessions, 'session'], [standbys, 'standby']] as const;
  const ended = parts.flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}${count === 1 ? '' : 's'}`]));
  return ended.length === 0 ? 'nothing ran' : `ended ${ended.join(' and ')}`;
}

function lines(first: string, manifest: string, screen: Screen): string {
  return `${paint(screen, 'green', '✓')} ${first}\n  from ${sanitizeLine(manifest)}`;
}
