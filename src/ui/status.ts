import { formatBytes } from '../domain/limits.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { ServerStatus, StatusReport } from '../servers/status-report.ts';
import { paint } from './screen.ts';
import type { Screen, Style } from './screen.ts';
import { table } from './table.ts';
import type { Cell } from './table.ts';
import { wrapParts, wrapText } from './text-width.ts';

const COLUMNS = [
  { header: 'NAME', drop: 0 },
  { header: 'STATE', drop: 0 },
  { header: 'VERSION', drop: 3 },
  { header: 'SESSIONS', drop: 2, align: 'right' },
  { header: 'CPU', drop: 1, align: 'right' },
  { header: 'MEMORY', drop: 1, align: 'right' },
  { header: 'NETWORK', drop: 4 },
  { header: 'FILES', drop: 5 },
] as const;

const STATES = {
  ready: ['✓ ready', 'green'],
  idle: ['✓ idle', 'green'],
  failed: ['✗ failed', 'red'],
  installed: ['· installed', 'dim'],
  'not-installed': ['✗ not installed', 'red'],
  'not-approved': ['! not approved', 'yellow'],
  external: ['· external', 'dim'],
  unknown: ['? unknown', 'yellow'],
} as const satisfies Record<ServerStatus['state'], readonly [string, Style]>;

export function statusView(report: StatusReport, screen: Screen): string {
  const body = report.servers.length === 0
    ? [...wrapText(`No servers in ${sanitizeLine(report.manifest)}`, screen.columns), paint(screen, 'dim', "Run 'cc-mcp search' to see what there is")]
    : [table(COLUMNS, report.servers.map(row), screen), ...addresses(report, screen), ...problems(report, screen), ...footer(report, screen)];
  return [...body, ...engine(report, screen)].join('\n');
}

function row(server: ServerStatus): Cell[] {
  const [text, style] = STATES[server.state];
  return [
    sanitizeLine(server.name, 63),
    { text, style },
    sanitizeLine(server.version, 20),
    server.mode === 'external' ? '' : String(server.sessions),
    server.cpuPercent === null ? '' : `${server.cpuPercent.toFixed(1)}%`,
    server.memoryBytes === null ? '' : formatBytes(server.memoryBytes),
    server.mode === 'external' ? '' : sanitizeLine(server.permissions.net, 24),
    files(server),
  ];
}

function files({ permissions: { read, write } }: ServerStatus): string {
  return [read.length === 0 ? '' : `${read.length} read`, write.length === 0 ? '' : `${write.length} write`].filter((part) => part !== '').join(', ');
}

function addresses(report: StatusReport, screen: Screen): string[] {
  return report.servers.flatMap(({ name, url, state }) => (url === null || state !== 'ready' ? [] : wrapText(sanitizeLine(`${name} answers at ${url}`), screen.columns).map((line) => paint(screen, 'dim', line))));
}

function problems(report: StatusReport, screen: Screen): string[] {
  return report.servers.flatMap(({ name, problems: lines }) => lines.flatMap((problem) => {
    const [first = '', ...rest] = wrapText(sanitizeLine(`${name}: ${problem}`, 600), Math.max(20, screen.columns - 2));
    return [`${paint(screen, 'yellow', '!')} ${first}`, ...rest.map((line) => `  ${line}`)];
  }));
}

function footer(report: StatusReport, screen: Screen): string[] {
  const standby = report.standbyMemoryBytes > 0 ? [`standbys use ${formatBytes(report.standbyMemoryBytes)}`] : [];
  const running = report.engine.reachable ? [sanitizeLine(report.engine.name, 60)] : [];
  return wrapParts([sanitizeLine(report.manifest), ...running, ...standby], screen.columns).map((line) => paint(screen, 'dim', line));
}

function engine({ engine: { reachable, reason } }: StatusReport, screen: Screen): string[] {
  if (reachable) return [];
  const [first = '', ...rest] = wrapText(`The engine does not answer: ${sanitizeLine(reason)}`, Math.max(20, screen.columns - 2));
  return [`${paint(screen, 'yellow', '!')} ${first}`, ...rest.map((line) => `  ${line}`)];
}
