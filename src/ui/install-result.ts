import { sanitizeLine } from '../domain/sanitize.ts';
import type { InstallResult } from '../servers/install/install-request.ts';
import { installPlanView } from './install-plan.ts';
import { paint } from './screen.ts';
import type { Screen } from './screen.ts';

export function installResultView(result: InstallResult, screen: Screen): string {
  const name = sanitizeLine(result.server);
  const where = `${sanitizeLine(result.version)}${shortImage(result.image)}, in ${sanitizeLine(result.manifest)}`;
  switch (result.outcome) {
    case 'planned':
      return `${installPlanView(result.plan, screen)}\n${paint(screen, 'dim', 'Nothing was changed (--dry-run)')}`;
    case 'already-installed':
      return [`${paint(screen, 'green', '✓')} ${name} is already installed`, `  ${where}`, ...nextSteps(result, name, screen)].join('\n');
    case 'installed':
      return [`${paint(screen, 'green', '✓')} Installed ${name}`, `  ${where}`, ...nextSteps(result, name, screen)].join('\n');
    default:
      return result.outcome satisfies never;
  }
}

function nextSteps(result: InstallResult, name: string, screen: Screen): string[] {
  if (result.missing.length > 0) {
    const flags = result.missing.map((value) => `--env ${sanitizeLine(value)}=VALUE`).join(' ');
    return [
      `${paint(screen, 'yellow', '!')} It needs ${result.missing.map((value) => sanitizeLine(value)).join(', ')} before it can be enabled`,
      paint(screen, 'dim', `Run 'cc-mcp uninstall ${name}' and install it again with ${flags}`),
    ];
  }
  return result.enabled
    ? [`${paint(screen, 'green', '✓')} Enabled ${name}`, paint(screen, 'dim', 'Restart Claude Code to use it (claude -r resumes where you were)')]
    : [paint(screen, 'dim', `Run 'cc-mcp enable ${name}' to activate`)];
}

/** The first digits of an image's id, as engines print it. */
function shortImage(image: string): string {
  const id = /^sha256:([0-9a-f]{12})/.exec(image)?.[1] ?? sanitizeLine(image);
  return id === '' ? '' : ` as image ${id}`;
}
