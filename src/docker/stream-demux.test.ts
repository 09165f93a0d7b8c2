import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { StreamDemux } from './stream-demux.ts';

function frame(kind: number, content: Buffer | string): Buffer {
  const body = Buffer.from(content);
  const header = Buffer.alloc(8);
  header[0] = kind;
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body]);
}

function rig() {
  const source = { paused: false, pause: () => void (source.paused = true), resume: () => void (source.paused = false) };
  return { source, demux: new StreamDemux(source) };
}

async function outputs(demux: StreamDemux): Promise<[string, string]> {
  const [stdout, stderr] = await Promise.all([demux.stdout, demux.stderr].map(async (stream) => Buffer.concat(await Array.fromAsync(stream)).toString()));
  return [stdout ?? '', stderr ?? ''];
}

describe('StreamDemux', () => {
  it('takes frames apart wherever the chunks are cut', async () => {
    const bytes = Buffer.concat([frame(1, 'one'), frame(2, 'two'), frame(1, ''), frame(0, 'zero'), frame(1, 'x'.repeat(300)), frame(3, 'engine')]);
    for (const size of [1, 2, 3, 7, 8, 9, 64, 1000]) {
      const { demux } = rig();
      for (let offset = 0; offset < bytes.length; offset += size) demux.push(bytes.subarray(offset, offset + size));
      demux.end();
      expect(await outputs(demux)).toEqual([`onezero${'x'.repeat(300)}`, 'twoengine']);
    }
  });

  it('gives the bytes of a large frame as they come, without waiting for its end', async () => {
    const { demux } = rig();
    const header = Buffer.from([1, 0, 0, 0, 0x40, 0, 0, 0]);
    demux.push(Buffer.concat([header, Buffer.from('beginning')]));
    expect(String(demux.stdout.read())).toBe('beginning');
  });

  it('gives slices of what it got, not copies', () => {
    const { demux } = rig();
    const chunk = frame(1, 'the same memory');
    demux.push(chunk);
    const given: Buffer = demux.stdout.read();
    expect(given.buffer).toBe(chunk.buffer);
  });

  it('lets the source wait while an output is full, and go on when it is read', async () => {
    const { source, demux } = rig();
    demux.push(frame(1, Buffer.alloc(100_000)));
    expect(source.paused).toBe(true);
    demux.push(frame(2, Buffer.alloc(100_000)));
    demux.stdout.resume();
    await turn();
    expect(source.paused).toBe(true);
    demux.stderr.resume();
    await turn();
    expect(source.paused).toBe(false);
  });

  it('does not wait for an output that nobody wants any more', async () => {
    const { source, demux } = rig();
    demux.push(frame(2, Buffer.alloc(100_000)));
    expect(source.paused).toBe(true);
    demux.stderr.destroy();
    await turn();
    expect(source.paused).toBe(false);
    demux.push(frame(2, Buffer.alloc(100_000)));
    expect(source.paused).toBe(false);
  });

  it('refuses what is not multiplexed', () => {
    const { demux } = rig();
    expect(() => demux.push(Buffer.from('$ prompt of a shell'))).toThrow(/terminal/);
  });
});
