import { sanitizeLine } from '../domain/sanitize.ts';
import type { InstallResult } from '../servers/install/install-request.ts';
import { installPlanView } from './install-plan.ts';
import { paint } from './screen.ts';
import type { Screen } from './screen.ts';

export function installResultView(result: InstallResult, screen: Screen): string {
  const name = sanitizeLine(result.server);
  const where = `${sanitizeLine(result.version)}${shortImage(result.image)}, in ${sanitizeLine(result.manifest)}`;
  const done = paint(screen, 'green', '✓');
  switch (result.outcome) {
    case 'planned':
      return [
        installPlanView(result.plan, screen),
        ...result.changes.map((change) => `${paint(screen, 'yellow', '!')} Would update ${sanitizeLine(change)}`),
        paint(screen, 'dim', 'Nothing was changed (--dry-run)'),
      ].join('\n');
    case 'already-installed':
      return [`${done} ${name} is already installed`, `  ${where}`, ...nextSteps(result, name, screen)].join('\n');
    case 'updated':
      return [...result.changes.map((change) => `${done} Updated ${sanitizeLine(change)}`), `  ${name} ${where}`, ...forLaterSessions(result, screen), ...nextSteps(result, name, screen)].join('\n');
    case 'installed':
      return [`${done} Installed ${name}`, `  ${where}`, ...nextSteps(result, name, screen)].join('\n');
    default:
      return result.outcome satisfies never;
  }
}

/** Only what this run did, and what is left to do. */
function nextSteps({ enabled, enabling, missing }: InstallResult, name: string, screen: Screen): string[] {
  if (missing.length > 0) {
    const flags = missing.map((value) => `--env ${sanitizeLine(value)}=VALUE`).join(' ');
    return [
      `${paint(screen, 'yellow', '!')} It needs ${missing.map((value) => sanitizeLine(value)).join(', ')} before it can be enabled`,
      paint(screen, 'dim', `Run the same command again with ${flags}`),
    ];
  }
  if (enabling?.outcome === 'enabled') return [`${paint(screen, 'green', '✓')} Enabled ${name}${enabling.url === undefined ? '' : `: it answers at ${sanitizeLine(enabling.url)}`}`, paint(screen, 'dim', 'Restart Claude Code to use it (claude -r resumes where you were)')];
  if (enabling !== undefined) return [`  ${name} is already enabled`];
  return enabled ? [] : [paint(screen, 'dim', `Run 'cc-mcp enable ${name}' to activate`)];
}

function forLaterSessions({ enabled }: InstallResult, screen: Screen): string[] {
  return enabled ? [paint(screen, 'dim', 'A client that is connected keeps the old settings until it starts the server again')] : [];
}

/** The first digits of an image's id, as engines print it. */
function shortImage(image: string): string {
  const id = /^sha256:([0-9a-f]{12})/.exec(image)?.[1] ?? sanitizeLine(image);
  return id === '' ? '' : ` as image ${id}`;
}
