import { sanitizeLine } from '../domain/sanitize.ts';
import type { LockedInstallResult, LockedServerResult } from '../servers/install/locked-install-request.ts';
import { installPlanView } from './install-plan.ts';
import { paint } from './screen.ts';
import type { Screen } from './screen.ts';

/** What became of each server of a manifest. */
export function lockedResultView({ manifest, servers }: LockedInstallResult, screen: Screen): string {
  const dormant = servers.filter(({ outcome, enabled, missing }) => outcome !== 'failed' && outcome !== 'planned' && !enabled && missing.length === 0).map(({ server }) => sanitizeLine(server));
  const isPlan = servers.some(({ outcome }) => outcome === 'planned');
  return [
    ...servers.flatMap((server) => lines(server, screen)),
    `  from ${sanitizeLine(manifest)}`,
    ...(isPlan ? [paint(screen, 'dim', 'Nothing was changed (--dry-run)')] : []),
    ...(dormant.length === 0 || isPlan ? [] : [paint(screen, 'dim', dormant.length === 1 ? `Run 'cc-mcp enable ${dormant[0] ?? ''}' to activate` : "Run 'cc-mcp install --enable' to activate them")]),
  ].join('\n');
}

function lines({ server, outcome, version, missing, error, plan }: LockedServerResult, screen: Screen): string[] {
  const name = sanitizeLine(server);
  const at = version === '' ? '' : ` ${sanitizeLine(version)}`;
  switch (outcome) {
    case 'planned': return plan === undefined ? [] : [installPlanView(plan, screen)];
    case 'up-to-date': return [`${paint(screen, 'green', '✓')} ${name}${at} is installed as locked`];
    case 'installed': return [`${paint(screen, 'green', '✓')} Installed ${name}${at}`, ...missingLines(name, missing, screen)];
    case 'failed': return [
      `${paint(screen, 'red', '✗')} ${name}${at}: ${sanitizeLine(error?.message ?? '')}`,
      ...(error?.suggestions ?? []).map((suggestion) => paint(screen, 'dim', `  ${sanitizeLine(suggestion)}`)),
    ];
    default: return outcome satisfies never;
  }
}

function missingLines(name: string, missing: readonly string[], screen: Screen): string[] {
  if (missing.length === 0) return [];
  const names = missing.map((value) => sanitizeLine(value));
  return [`${paint(screen, 'yellow', '!')} ${name} needs ${names.join(', ')} before it can be enabled`, paint(screen, 'dim', `  cc-mcp install ${name} ${names.map((value) => `--env ${value}=VALUE`).join(' ')}`)];
}
