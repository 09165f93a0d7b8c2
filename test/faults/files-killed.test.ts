import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { DockerServer } from '../../src/domain/manifest.ts';
import { createLockStore } from '../../src/store/lock-store.ts';
import { processes, scratch } from './files-fixture.ts';

const KILLS = 60;

it(`[M9] [F9] SIGKILL at any moment of writing, ${KILLS} times: each file is the old one or the new one, and the next writer cleans up`, async () => {
  using here = scratch();
  // Large enough that a write takes a while.
  const padding = Array.from({ length: 1000 }, (_, index) => `    "x${index}": { "command": "${'y'.repeat(80)}" }`).join(',\n');
  writeFileSync(here.path('mcp.json'), `{\n  // mine\n  "mcpServers": {\n${padding}\n  }\n}\n`);
  const search = { path: here.path('mcp.json'), workingFolder: here.folder, environment: {}, forRun: false };
  const location = await here.manifests.locate(search);
  const locks = createLockStore({ editor: here.files.editor, processes });
  let leftBehind = 0;
  for (let round = 0; round < KILLS; round += 1) {
    const writer = fork(new URL('./files-writer.ts', import.meta.url), ['rewrite', here.folder, `g${round}`], { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    await once(writer, 'message');
    await delay(Math.random() * 60);
    writer.kill('SIGKILL');
    await once(writer, 'exit');

    const { servers } = await here.manifests.read(location);
    expect(servers.size).toBe(1001);
    const server = servers.get('a') as DockerServer;
    // Both places of one generation, and of this writer.
    expect(server).toMatchObject({ image: expect.stringMatching(new RegExp(`^g${round}\\.\\d+$`)) as string, arguments: [server.image] });
    const entry = (await locks.read(location)).servers['a'];
    if (entry === undefined) throw new Error('the lock has lost its entry');
    expect(await locks.readDependencies(location, entry)).toBe(entry.source.version.replace(/\.+$/, '').padEnd(100_000, '.'));
    leftBehind += names().length - 4;
  }
  // Otherwise no kill has hit a write, and nothing was proven.
  expect(leftBehind).toBeGreaterThan(0);

  await here.manifests.writeServer(location, 'a', undefined);
  await locks.write(location, 'a', undefined);
  expect(names()).toEqual(['home', 'mcp.json']);
  expect((await here.manifests.read(await here.manifests.locate(search))).servers.size).toBe(1000);

  function names(): string[] {
    return readdirSync(here.folder).toSorted();
  }
}, 300_000);
