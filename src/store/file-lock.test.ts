import { createHash } from 'node:crypto';
import { readdirSync, readlinkSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clock, deadProcess, processes, scratch, type Scratch } from '../../test/faults/files-fixture.ts';
import { createFileLocks } from './file-lock.ts';

describe('the lock of a file', () => {
  let here: Scratch;
  let file: string;
  let lock: string;
  beforeEach(() => {
    here = scratch();
    file = here.path('mcp.json');
    lock = here.path('.mcp.json.cc-mcp-lock');
  });
  afterEach(() => here[Symbol.dispose]());

  const locks = createFileLocks({ processes, clock, waitLimit: 300 });
  const markOf = ({ pid, startTime, bootId, pidNamespace } = processes.self()): string => `${pid}.${startTime}.${bootId}.${pidNamespace}.00ff`;

  it('is held until it is let go, and leaves nothing', async () => {
    {
      using _ = await locks.hold(file);
      await expect(locks.hold(file)).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining(`process ${process.pid}`) as string });
    }
    expect(readdirSync(here.folder)).toEqual([]);
    using _ = await locks.hold(file);
    expect(readlinkSync(lock)).toContain(`${process.pid}.`);
  });

  it('makes the next one wait, and no longer than it must', async () => {
    const first = await locks.hold(file);
    const second = locks.hold(file);
    await clock.sleep(50);
    first[Symbol.dispose]();
    (await second)[Symbol.dispose]();
    expect(readdirSync(here.folder)).toEqual([]);
  });

  it('of a dead owner is broken', async () => {
    symlinkSync(markOf(deadProcess()), lock);
    (await locks.hold(file))[Symbol.dispose]();
    expect(readdirSync(here.folder)).toEqual([]);
  });

  it('of a dead owner is broken although who broke it before died over it', async () => {
    const stale = markOf(deadProcess());
    symlinkSync(stale, lock);
    symlinkSync(markOf(deadProcess()), `${lock}.${createHash('sha256').update(stale).digest('hex').slice(0, 16)}`);
    (await locks.hold(file))[Symbol.dispose]();
    expect(readdirSync(here.folder)).toEqual([]);
  });

  it('of a living owner, of another namespace, or of something else is never broken', async () => {
    for (const make of [() => symlinkSync(markOf(), lock), () => symlinkSync(markOf({ ...deadProcess(), pidNamespace: '1' }), lock), () => writeFileSync(lock, '')]) {
      make();
      await expect(locks.hold(file)).rejects.toMatchObject({ code: 'CONFLICT', suggestions: expect.arrayContaining([expect.stringContaining(lock)]) as string[] });
      unlinkSync(lock);
    }
  });

  it('stops waiting when it is told to', async () => {
    using _ = await locks.hold(file);
    await expect(locks.hold(file, AbortSignal.timeout(20))).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('says which folder cannot be written', async () => {
    await expect(locks.hold('/proc/no/mcp.json')).rejects.toMatchObject({ code: 'DISK', message: expect.stringContaining('/proc/no') as string });
  });
});
