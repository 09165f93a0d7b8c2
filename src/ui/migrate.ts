import { sanitizeLine } from '../domain/sanitize.ts';
import type { MigrateResult } from '../servers/migrate/migrate-request.ts';
import { installResultView } from './install-result.ts';
import { paint } from './screen.ts';
import type { Screen } from './screen.ts';

export function migrateView({ outcome, server, entry, manifest, install }: MigrateResult, screen: Screen): string {
  if (outcome === 'planned') return installResultView(install, screen);
  const name = sanitizeLine(server);
  const file = entry === 'manifest' ? manifest : (install.enabling?.clientFile ?? manifest);
  return [
    `${paint(screen, 'green', '✓')} Moved ${name} into a container`,
    `  ${sanitizeLine(install.version)}, in ${sanitizeLine(manifest)}`,
    ...(install.enabling === undefined ? [] : [`  Claude Code: ${sanitizeLine(install.enabling.clientFile)}`]),
    paint(screen, 'dim', 'Restart Claude Code to use it (claude -r resumes where you were)'),
    paint(screen, 'dim', `'cc-mcp disable ${name} --restore' gives its old entry back to ${sanitizeLine(file)}`),
  ].join('\n');
}
