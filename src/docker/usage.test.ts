import { describe, expect, it } from 'vitest';
import type { ContainerId } from '../domain/container-engine.ts';
import { cgroupUsage, statsUsage } from './usage.ts';

const ID = 'ab'.repeat(32) as ContainerId;

function files(content: Readonly<Record<string, string>>) {
  return (path: string): string | undefined => content[path];
}

describe('cgroupUsage', () => {
  it.each([`docker/${ID}`, `system.slice/docker-${ID}.scope`, `machine.slice/libpod-${ID}.scope`])('reads version 2 at %s, without the page cache', (folder) => {
    const read = files({
      [`/sys/fs/cgroup/${folder}/memory.current`]: '1000\n', [`/sys/fs/cgroup/${folder}/memory.stat`]: 'anon 5\ninactive_file 300\n', [`/sys/fs/cgroup/${folder}/memory.max`]: '5000\n',
      [`/sys/fs/cgroup/${folder}/cpu.stat`]: 'usage_usec 42\nuser_usec 1\n', [`/sys/fs/cgroup/${folder}/pids.current`]: '3\n',
    });
    expect(cgroupUsage(ID, read)).toEqual({ memoryBytes: 700, memoryLimitBytes: 5000, cpuNanoseconds: 42_000, pids: 3 });
  });

  it('reads version 1, and no limit as 0', () => {
    const read = files({
      [`/sys/fs/cgroup/memory/docker/${ID}/memory.usage_in_bytes`]: '1000\n', [`/sys/fs/cgroup/memory/docker/${ID}/memory.stat`]: 'inactive_file 1\ntotal_inactive_file 400\n',
      [`/sys/fs/cgroup/memory/docker/${ID}/memory.limit_in_bytes`]: '9223372036854771712\n', [`/sys/fs/cgroup/cpuacct/docker/${ID}/cpuacct.usage`]: '99\n', [`/sys/fs/cgroup/pids/docker/${ID}/pids.current`]: '2\n',
    });
    expect(cgroupUsage(ID, read)).toEqual({ memoryBytes: 600, memoryLimitBytes: 0, cpuNanoseconds: 99, pids: 2 });
  });

  it('knows nothing where there are no files, or where it is not an id', () => {
    expect(cgroupUsage(ID, files({}))).toBeUndefined();
    expect(cgroupUsage('../../etc' as ContainerId, () => '1')).toBeUndefined();
  });
});

describe('statsUsage', () => {
  it('reads the statistics of both versions', () => {
    const stats = { cpu_stats: { cpu_usage: { total_usage: 7 } }, pids_stats: { current: 2 } };
    expect(statsUsage({ ...stats, memory_stats: { usage: 100, limit: 1000, stats: { total_inactive_file: 30, inactive_file: 1 } } })).toEqual({ memoryBytes: 70, memoryLimitBytes: 1000, cpuNanoseconds: 7, pids: 2 });
    expect(statsUsage({ ...stats, memory_stats: { usage: 100, limit: 2 ** 63, stats: { inactive_file: 10 } } })).toEqual({ memoryBytes: 90, memoryLimitBytes: 0, cpuNanoseconds: 7, pids: 2 });
  });

  it('tells one that does not run by what is missing', () => {
    expect(statsUsage({ memory_stats: {}, cpu_stats: {} })).toBeUndefined();
    expect(statsUsage(undefined)).toBeUndefined();
  });
});
