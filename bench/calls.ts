import { join } from 'node:path';
import { McpProcess } from './mcp-process.ts';
import { type Row, row } from './row.ts';
import type { Command, Stage } from './stage.ts';
import { median, quantile } from './statistics.ts';

const SMALL_CALLS = 2000;
const SMALL_BLOCK = 25;
const LARGE_CALLS = 120;

/** Calls through sessions that stay open, in turns: a block through ours, a block through the engine's command. */
export async function callRows(stage: Stage): Promise<readonly Row[]> {
  const ours = await open(stage.ours, stage);
  const docker = await open(stage.docker, stage);
  // A container that loaded at all CPUs goes down to its limit a while after its first answer; the next standby loads then, too.
  await new Promise((resolve) => setTimeout(resolve, 5000));
  try {
    const small = { ours: [] as number[], docker: [] as number[] };
    for (let done = 0; done < SMALL_CALLS; done += SMALL_BLOCK) {
      await smallBlock(ours, small.ours);
      await smallBlock(docker, small.docker);
    }
    const large = { ours: [] as number[], docker: [] as number[] };
    for (let done = -2; done < LARGE_CALLS; done += 1) {
      const [one, other] = [await largeCall(ours, stage), await largeCall(docker, stage)];
      if (done < 0) continue;
      large.ours.push(one);
      large.docker.push(other);
    }
    return [
      row('round trip of a small call, median', '`docker run -i`', 'ms', median(small.ours), median(small.docker), { most: 1.1 }),
      row('round trip of a small call, p99', '`docker run -i`', 'ms', quantile(small.ours, 0.99), quantile(small.docker, 0.99), { most: 1.4 }),
      row('1 MB results', '`docker run -i`', 'MB/s', median(large.ours), median(large.docker), { least: 0.95 }),
    ];
  } finally {
    await ours.end();
    await docker.end();
  }
}

async function open(command: Command, stage: Stage): Promise<McpProcess> {
  const server = new McpProcess(command, stage.home.folder);
  await server.connect();
  return server;
}

/** With a pause after each block, so that the limit of half a CPU is not what is measured. */
async function smallBlock(server: McpProcess, samples: number[]): Promise<void> {
  await server.call('list_allowed_directories', {});
  for (let count = 0; count < SMALL_BLOCK; count += 1) {
    samples.push((await server.call('list_allowed_directories', {})).milliseconds);
  }
  await new Promise((resolve) => setTimeout(resolve, 20));
}

async function largeCall(server: McpProcess, stage: Stage): Promise<number> {
  const { milliseconds, bytes } = await server.call('read_text_file', { path: join(stage.data, 'large.txt') });
  await new Promise((resolve) => setTimeout(resolve, 150));
  return bytes / 1e6 / (milliseconds / 1000);
}
