import { expect, test } from 'vitest';
import type { ServerStatus, StatusReport } from '../servers/status-report.ts';
import { statusView } from './status.ts';

const server = (part: Partial<ServerStatus>): ServerStatus => ({
  name: 'memory', mode: 'docker', state: 'ready', version: '1.2.3', enabled: true, sessions: 1, standbys: 1, url: null, cpuPercent: 0.25, memoryBytes: 120 * 1024 ** 2,
  memoryLimitBytes: 512 * 1024 ** 2, permissions: { net: 'none', read: [], write: [], env: [] }, problems: [], ...part,
});
const REPORT: StatusReport = {
  manifest: '/home/me/.cc-mcp/mcp.json', engine: { reachable: true, name: 'docker 28.1', reason: '' }, standbyMemoryBytes: 60 * 1024 ** 2,
  servers: [
    server({}),
    server({ name: 'postgres-mcp', state: 'not-approved', version: '0.3.0', sessions: 0, cpuPercent: null, memoryBytes: null, permissions: { net: 'network my-db', read: ['./a', './b'], write: ['./c'], env: [] }, problems: ['mcp.json asks for more than you approved: cc-mcp approve postgres-mcp'] }),
    server({ name: 'github', mode: 'external', state: 'external', version: '', sessions: 0, cpuPercent: null, memoryBytes: null }),
  ],
};

test('on 80 columns', () => {
  expect(statusView(REPORT, { columns: 80, color: false })).toBe(`NAME          STATE           VERSION  SESSIONS   CPU   MEMORY  NETWORK
memory        ✓ ready         1.2.3           1  0.3%  120 MiB  none
postgres-mcp  ! not approved  0.3.0           0                 network my-db
github        · external
! postgres-mcp: mcp.json asks for more than you approved: cc-mcp approve
  postgres-mcp
/home/me/.cc-mcp/mcp.json · docker 28.1 · standbys use 60 MiB`);
});

test('on 60 columns and below, what matters least is dropped', () => {
  expect(statusView(REPORT, { columns: 60, color: false }).split('\n').slice(0, 4)).toEqual([
    'NAME          STATE           SESSIONS   CPU   MEMORY',
    'memory        ✓ ready                1  0.3%  120 MiB',
    'postgres-mcp  ! not approved         0',
    'github        · external',
  ]);
  for (const columns of [30, 40, 60, 80, 100]) {
    const lines = statusView(REPORT, { columns, color: false }).split('\n').slice(0, 4);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
  }
});

test('wide screens show files too', () => {
  expect(statusView(REPORT, { columns: 120, color: false })).toContain('network my-db  2 read, 1 write');
});

test('nothing installed says what to type', () => {
  expect(statusView({ ...REPORT, servers: [] }, { columns: 80, color: false })).toBe("No servers in /home/me/.cc-mcp/mcp.json\nRun 'cc-mcp search' to see what there is");
});

test('[F22] a service that was given up stands out, and its address is no more shown', () => {
  const failed = server({ name: 'weather', state: 'failed', url: 'http://127.0.0.1:23456/mcp', sessions: 0, cpuPercent: null, memoryBytes: null, problems: ['it ended and is not started again (exit code 3): cc-mcp start weather'] });
  expect(statusView({ ...REPORT, servers: [failed] }, { columns: 80, color: false }).split('\n').slice(1, -1)).toEqual([
    'weather  ✗ failed  1.2.3           0               none',
    '! weather: it ended and is not started again (exit code 3): cc-mcp start weather',
  ]);
});

test('an engine that is away is said below', () => {
  const engine = { reachable: false, name: '', reason: 'no socket at /var/run/docker.sock: cc-mcp doctor' };
  expect(statusView({ ...REPORT, servers: [], engine }, { columns: 80, color: false }).split('\n').at(-1)).toBe('! The engine does not answer: no socket at /var/run/docker.sock: cc-mcp doctor');
});
