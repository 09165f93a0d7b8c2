import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProcessTable } from './process-identity.ts';
import { systemProcesses } from './system-processes.ts';

describe('the processes of this machine', () => {
  const processes = systemProcesses(process);

  it('has every part of its own identity in a form that fits into a file name', () => {
    const self = processes.self();
    expect(self.pid).toBe(process.pid);
    for (const part of [self.startTime, self.bootId, self.pidNamespace]) expect(part).toMatch(/^[0-9A-Za-z-]+$/);
  });

  it('is alive itself, but not with another start, in another boot', () => {
    const self = processes.self();
    expect(processes.isAlive(self)).toBe(true);
    expect(processes.isAlive({ ...self, startTime: '1' })).toBe(false);
    expect(processes.isAlive({ ...self, bootId: 'another' })).toBe(false);
  });

  it('does not call a process of another pid namespace dead', () => {
    expect(processes.isAlive({ ...processes.self(), pid: 999_999_999, pidNamespace: '1' })).toBe(true);
  });

  it('calls a killed child dead, collected or not', async () => {
    const child = spawn('/bin/sh', ['-c', 'sleep 60'], { stdio: 'ignore' });
    await once(child, 'spawn');
    const { startTime: _, ...self } = processes.self();
    const startTime = startTimeOf(child.pid ?? 0);
    const identity = { ...self, pid: child.pid ?? 0, startTime };
    expect(processes.isAlive(identity)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(processes.isAlive(identity)).toBe(false);
  });

  function startTimeOf(pid: number): string {
    return createProcessTable({ pid, platform: process.platform, probe: () => undefined, output: () => undefined }).self().startTime;
  }
});

describe('a process table', () => {
  it('reads the start time behind a program name with spaces and parentheses', () => {
    const { proc, table } = fakeProc('7 (a) Z (b 1 2) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4711 20');
    expect(table.self().startTime).toBe('4711');
    rmSync(proc, { recursive: true });
  });

  it('calls a zombie dead', () => {
    const { proc, table } = fakeProc('7 (sh) Z 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4711 20');
    expect(table.isAlive({ ...table.self(), startTime: '4711' })).toBe(false);
    rmSync(proc, { recursive: true });
  });

  it('does not call a process dead that it may not see', () => {
    const { proc, table } = fakeProc('7 (sh) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4711 20');
    expect(table.isAlive({ ...table.self(), pid: 8 })).toBe(true);
    rmSync(proc, { recursive: true });
  });

  it('takes start and boot from the system\'s programs on macOS', () => {
    const answers: Record<string, string> = { '/bin/ps': 'Sat Nov 21 07:42:49 2026    \n', '/usr/sbin/sysctl': 'A1B2-C3\n' };
    const table = createProcessTable({ pid: 7, platform: 'darwin', probe: () => undefined, output: (program) => answers[program] });
    expect(table.self()).toEqual({ pid: 7, startTime: 'Sat-Nov-21-07-42-49-2026', bootId: 'A1B2-C3', pidNamespace: 'none' });
    expect(table.isAlive(table.self())).toBe(true);
    expect(table.isAlive({ ...table.self(), startTime: 'Fri-Nov-20-07-42-49-2026' })).toBe(false);
  });

  function fakeProc(stat: string): { proc: string; table: ReturnType<typeof createProcessTable> } {
    const proc = mkdtempSync(join(tmpdir(), 'cc-mcp-proc-'));
    for (const folder of ['7', 'self/ns', 'sys/kernel/random']) mkdirSync(join(proc, folder), { recursive: true });
    writeFileSync(join(proc, '7/stat'), `${stat}\n`);
    writeFileSync(join(proc, 'sys/kernel/random/boot_id'), 'b00t-1d\n');
    symlinkSync('pid:[4026531836]', join(proc, 'self/ns/pid'));
    return { proc, table: createProcessTable({ pid: 7, platform: 'linux', probe: () => undefined, output: () => undefined, proc }) };
  }
});
