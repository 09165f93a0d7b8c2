import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UserHome } from '../support/user-home.ts';
import { docker, homeIdOf, userHome } from '../support/user-home.ts';

const SECRET = 'hunter2-canary-4711';

interface Inspected {
  readonly Id: string;
  readonly Config: { User: string; Env: string[]; Labels: Record<string, string>; Healthcheck?: { Test: string[] }; Cmd: string[]; Entrypoint: string[] };
  readonly HostConfig: Record<string, unknown> & { NanoCpus: number; Memory: number; MemorySwap: number; PidsLimit: number };
  readonly State: { Pid: number };
  readonly Image: string;
  readonly NetworkSettings: { Networks: Record<string, unknown> };
}

describe('[M4] the sandbox of an enabled server', () => {
  let user: UserHome;
  let container: Inspected;
  beforeAll(async () => {
    user = await userHome();
    const { code, stderr } = await user.cc(['install', 'everything', '--enable', '--yes', '--env', `API_TOKEN=${SECRET}`]);
    expect([code, stderr]).toEqual([0, expect.anything()]);
    const id = await docker('ps', '--quiet', '--no-trunc', '--filter', `label=io.cc-mcp.home=${await homeIdOf(user)}`);
    expect(id.split('\n')).toHaveLength(1);
    container = (JSON.parse(await docker('inspect', id)) as [Inspected])[0];
  });
  afterAll(() => user[Symbol.asyncDispose]());

  it('is what inspect says: no root, no capability, no network, read-only, limited, without log and health check', () => {
    const [uid, gid] = container.Config.User.split(':').map(Number);
    expect([uid, gid].every((id) => Number.isInteger(id) && id !== 0)).toBe(true);
    expect(container.HostConfig).toMatchObject({
      ReadonlyRootfs: true, Privileged: false, CapDrop: ['ALL'], NetworkMode: 'none', Memory: 512 * 1024 ** 2, MemorySwap: 512 * 1024 ** 2, NanoCpus: 5e8, PidsLimit: 128, Init: true,
      IpcMode: 'private', LogConfig: { Type: 'none' }, AutoRemove: false,
    });
    expect(container.HostConfig['CapAdd'] ?? []).toEqual([]);
    expect(container.HostConfig['Binds'] ?? []).toEqual([]);
    expect(container.HostConfig['SecurityOpt']).toEqual(expect.arrayContaining([expect.stringMatching(/^no-new-privileges/)]));
    expect(JSON.stringify(container.HostConfig['SecurityOpt'])).not.toContain('unconfined');
    expect(container.Config.Healthcheck?.Test).toEqual(['NONE']);
    expect(Object.keys(container.NetworkSettings.Networks)).toEqual(['none']);
  });

  it('is what the kernel says of the process inside', () => {
    const children = readFileSync(`/proc/${container.State.Pid}/task/${container.State.Pid}/children`, 'utf8').trim().split(' ');
    expect(children.length).toBeGreaterThan(0);
    for (const pid of [String(container.State.Pid), ...children]) {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      const field = (name: string): string => new RegExp(`^${name}:\\s+(.*)$`, 'm').exec(status)?.[1] ?? '';
      expect({ uid: field('Uid').includes('0\t0'), gid: field('Gid').split('\t').includes('0'), cap: field('CapEff'), bounding: field('CapBnd'), privileges: field('NoNewPrivs'), seccomp: field('Seccomp') })
        .toEqual({ uid: false, gid: false, cap: '0000000000000000', bounding: '0000000000000000', privileges: '1', seccomp: '2' });
      expect(field('Groups').trim()).not.toMatch(/\b0\b/);
    }
    const mounts = readFileSync(`/proc/${container.State.Pid}/mountinfo`, 'utf8');
    expect(mounts).toMatch(/ \/ \/ ro,|\/ ro,/);
    expect(mounts).toMatch(/ \/tmp rw,nosuid,nodev,noexec/);
    expect(readFileSync(`/proc/${container.State.Pid}/net/dev`, 'utf8').split('\n').filter((line) => line.includes(':')).map((line) => line.split(':')[0]?.trim())).toEqual(['lo']);
  });

  it('is what a process inside meets: its ids, limits and devices, and that it can write to nothing but /tmp', async () => {
    const script = `
      id -u; id -g; id -G
      grep -E "^(CapEff|CapPrm|CapBnd|NoNewPrivs|Seccomp):" /proc/self/status | tr -d "\t"
      for folder in / /etc /usr /opt/cc-mcp /root /var/tmp /dev /home; do if touch $folder/cc-mcp-probe 2>/dev/null; then echo "wrote $folder"; fi; done
      touch /tmp/cc-mcp-probe && echo "wrote /tmp"
      cat /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null || cat /sys/fs/cgroup/memory.max
      cat /sys/fs/cgroup/pids/pids.max 2>/dev/null || cat /sys/fs/cgroup/pids.max
      cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us 2>/dev/null || cut -d" " -f1 /sys/fs/cgroup/cpu.max
      ls /sys/class/net
      ls -d /var/run/docker.sock /run/docker.sock 2>/dev/null
      cat /proc/1/comm`;
    expect((await docker('exec', container.Id, 'sh', '-c', script)).split('\n')).toEqual([
      '10001', '10001', '10001', 'CapPrm:0000000000000000', 'CapEff:0000000000000000', 'CapBnd:0000000000000000', 'NoNewPrivs:1', 'Seccomp:2',
      'wrote /tmp', String(512 * 1024 ** 2), '128', '50000', 'lo', 'docker-init',
    ]);
  });

  it('[F34] has no secret in labels, arguments and image history', async () => {
    const history = await docker('history', '--no-trunc', container.Image);
    expect(JSON.stringify([container.Config.Labels, container.Config.Cmd, container.Config.Entrypoint]) + history).not.toContain(SECRET);
    expect(readFileSync(join(user.ccMcpHome, 'mcp.json'), 'utf8')).not.toContain(SECRET);
  });

  it('carries every label key of ours', () => {
    for (const key of ['home', 'manifest', 'server', 'token', 'recipe', 'version']) expect(container.Config.Labels[`io.cc-mcp.${key}`]).toMatch(/./);
  });
});
