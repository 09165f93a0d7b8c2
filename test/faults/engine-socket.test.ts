import { expect, onTestFinished, test } from 'vitest';
import { chmod } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DockerMCPManager } from '../../src/docker/docker-mcp-manager.ts';
import { ANSWER, fakeEngineSocket } from '../support/fake-engine-socket.ts';

const NOBODY = 65_534;

test('[F2] a socket that this user may not open: the group and a rootless engine are named, and never a wider mode', async () => {
  const address = await fakeEngineSocket(ANSWER.silence);
  await chmod(dirname(address.path), 0o755);
  await chmod(address.path, 0o600);
  // Needs root: only another user is refused.
  process.seteuid?.(NOBODY);
  onTestFinished(() => process.seteuid?.(0));
  const error = await new DockerMCPManager(address, { platform: 'linux' }).info().catch((failure: unknown) => failure);
  process.seteuid?.(0);
  expect(error).toMatchObject({ code: 'ENGINE_UNREACHABLE', exitCode: 4, message: expect.stringMatching(new RegExp(`${address.path}.*you may not use this socket`)), suggestions: [expect.stringContaining('usermod -aG docker'), expect.stringContaining('rootless')] });
  expect(JSON.stringify(error)).not.toContain('chmod');
});
