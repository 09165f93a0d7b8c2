import { connect, createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import type { EngineAddress } from '../../src/domain/container-engine.ts';
import { DockerMCPManager } from '../../src/docker/docker-mcp-manager.ts';
import { ADDRESS, realBench, specOf } from '../support/engine.ts';
import { ALL, bytesOf } from './streams.ts';

/** The real engine behind a port of this machine. */
async function overTcp(): Promise<EngineAddress> {
  const path = ADDRESS.kind === 'unix' ? ADDRESS.path : '';
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const engine = connect({ path, allowHalfOpen: true });
    client.on('error', () => engine.destroy());
    engine.on('error', () => client.destroy());
    client.pipe(engine).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return { kind: 'tcp', host: '127.0.0.1', port: typeof address === 'object' ? (address?.port ?? 0) : 0 };
}

it('an engine behind tcp:// carries streams, their ends and files', async () => {
  const { engine: local, ...bench } = await realBench();
  const engine = new DockerMCPManager(await overTcp(), { platform: 'linux' });
  const id = await engine.create(specOf(bench, ['cat']));
  await using attachment = await engine.attach(id, ALL);
  await engine.start(id);
  const output = bytesOf(attachment.stdout);
  attachment.stdin.end('over tcp');
  expect(await engine.wait(id)).toEqual({ exitCode: 0, oomKilled: false });
  expect(String(await output)).toBe('over tcp');
  expect((await engine.readFile(id, '/etc/hostname'))?.length).toBeGreaterThan(0);
  expect((await local.inspect(id))?.state).toMatchObject({ status: 'exited' });
});
