import { sanitizeLine } from '../domain/sanitize.ts';
import { paint } from './screen.ts';
import type { Screen } from './screen.ts';

export interface EnableProps {
  readonly outcome: 'enabled' | 'already-enabled';
  readonly server: string;
  readonly manifest: string;
  readonly clientFile: string;
  readonly standby: 'ready' | 'already-there' | 'off';
  readonly url?: string;
}

const STANDBY = { ready: 'a standby is ready', 'already-there': 'its standby is ready', off: 'it starts when a client asks (standby off)' } as const satisfies Record<EnableProps['standby'], string>;

export function enableView(result: EnableProps, screen: Screen): string {
  const name = sanitizeLine(result.server);
  return [
    `${paint(screen, 'green', '✓')} ${result.outcome === 'enabled' ? `Enabled ${name}` : `${name} is already enabled`}`,
    `  Claude Code: ${sanitizeLine(result.clientFile)}`,
    `  from ${sanitizeLine(result.manifest)}; ${result.url === undefined ? STANDBY[result.standby] : `it answers at ${sanitizeLine(result.url)}`}`,
    ...(result.outcome === 'enabled' ? [paint(screen, 'dim', 'Restart Claude Code to use it (claude -r resumes where you were)')] : []),
  ].join('\n');
}

export interface DisableProps {
  readonly outcome: 'disabled' | 'already-disabled' | 'restored';
  readonly server: string;
  readonly manifest: string;
  readonly clientFile: string | null;
  readonly restored: boolean;
}

export function disableView(result: DisableProps, screen: Screen): string {
  const name = sanitizeLine(result.server);
  if (result.outcome === 'restored') {
    return [
      `${paint(screen, 'green', '✓')} ${name} is external again, as it was before`,
      `  in ${sanitizeLine(result.manifest)}${result.clientFile === null ? '' : ` and ${sanitizeLine(result.clientFile)}`}; its container is uninstalled`,
    ].join('\n');
  }
  const entry = result.restored ? 'the entry that was there before is back' : 'its entry is gone';
  return [
    `${paint(screen, 'green', '✓')} ${result.outcome === 'disabled' ? `Disabled ${name}` : `${name} is not enabled`}`,
    ...(result.clientFile === null ? [] : [`  Claude Code: ${entry} (${sanitizeLine(result.clientFile)})`]),
    `  still installed in ${sanitizeLine(result.manifest)}`,
  ].join('\n');
}

export interface ApproveProps {
  readonly outcome: 'approved' | 'already-approved';
  readonly server: string;
  readonly manifest: string;
  readonly changes: readonly string[];
}

export function approveView(result: ApproveProps, screen: Screen): string {
  const name = sanitizeLine(result.server);
  return [
    `${paint(screen, 'green', '✓')} ${result.outcome === 'approved' ? `Approved ${name}` : `${name} is already approved as it stands`}`,
    ...result.changes.map((change) => `  ${sanitizeLine(change)}`),
    `  from ${sanitizeLine(result.manifest)}`,
  ].join('\n');
}
