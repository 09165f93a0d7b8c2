import { sanitizeLine } from '../domain/sanitize.ts';
import { paint } from './screen.ts';
import type { Screen } from './screen.ts';
import { padToWidth, textWidth, wrapText } from './text-width.ts';

export interface OverviewProps {
  readonly version: string;
  readonly manifest: string;
  readonly servers: readonly { readonly name: string; readonly state: string }[];
}

const ABOUT = 'runs MCP servers in hardened containers: built from source, tested, locked, and granted only what you allow.';

/** `cc-mcp` alone: what it is, what is installed, what to type next. */
export function overviewView(overview: OverviewProps, screen: Screen): string {
  return [
    ...wrapText(`cc-mcp ${sanitizeLine(overview.version)} ${ABOUT}`, screen.columns),
    '',
    ...installed(overview, screen),
    '',
    'What to type next:',
    ...commands(overview).map(([command, what]) => `  ${padToWidth(command, 36)}${paint(screen, 'dim', what)}`),
  ].join('\n');
}

function installed({ servers, manifest }: OverviewProps, screen: Screen): string[] {
  if (servers.length === 0) return wrapText(`No servers yet in ${sanitizeLine(manifest)}`, screen.columns);
  const width = Math.max(...servers.map(({ name }) => textWidth(sanitizeLine(name, 63)))) + 2;
  return [
    ...wrapText(`Servers in ${sanitizeLine(manifest)}`, screen.columns),
    ...servers.map(({ name, state }) => `  ${padToWidth(sanitizeLine(name, 63), width)}${paint(screen, 'dim', sanitizeLine(state, 40))}`),
  ];
}

function commands({ servers }: OverviewProps): (readonly [string, string])[] {
  const dormant = servers.find(({ state }) => state === 'installed');
  return [
    ...(dormant === undefined ? [] : [[`cc-mcp enable ${sanitizeLine(dormant.name, 63)}`, 'put it on standby and into Claude Code'] as const]),
    ...(servers.length === 0
      ? [['cc-mcp search database', 'find a server'] as const, ['cc-mcp install postgres-mcp --test', 'build it, prove it, lock it'] as const]
      : [['cc-mcp status', 'what runs, and what it costs'] as const, ['cc-mcp search', 'find another server'] as const]),
    ['cc-mcp --help', 'all commands'],
  ];
}
