import { expect, it } from 'vitest';
import { inspectDetails } from './inspect-details.ts';
import { podmanSettings } from './podman-settings.ts';

/** Of Podman 4.3.1, shortened. */
const ANSWER = {
  HostConfig: {
    CapAdd: [], CapDrop: ['AUDIT_WRITE', 'NET_RAW', 'SYS_CHROOT'], IpcMode: 'shareable', NetworkMode: 'bridge',
    Tmpfs: { '/tmp': 'rw,size=16m,mode=1777,rprivate,nosuid,nodev,tmpcopyup', '/run': 'ro,noexec,nosuid,nodev,size=1m,rprivate,tmpcopyup' },
  },
};

it("says in Docker's words what Podman says in its own", () => {
  const own = { BoundingCaps: ['CAP_CHOWN'], NetworkSettings: { Networks: { database: {} } } };
  expect(podmanSettings(inspectDetails(ANSWER).settings, own)).toMatchObject({
    capDrop: ['ALL'], capAdd: ['CHOWN'], ipcMode: 'private', networkMode: 'database', tmpfs: { '/tmp': 'rw,size=16m,mode=1777', '/run': 'ro,noexec,nosuid,nodev,size=1m' },
  });
});

it('takes the default network for a bridge', () => {
  expect(podmanSettings(inspectDetails(ANSWER).settings, { BoundingCaps: null, NetworkSettings: { Networks: { podman: {} } } })).toMatchObject({ capAdd: [], networkMode: 'bridge' });
});

it('takes nothing for dropped where Podman does not say what a container may have', () => {
  expect(podmanSettings(inspectDetails(ANSWER).settings, undefined)).toMatchObject({ capDrop: ANSWER.HostConfig.CapDrop });
});
