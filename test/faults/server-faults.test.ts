import { readdir, stat } from 'node:fs/promises';
import { freemem } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ContainerSpec } from '../../src/domain/container-engine.ts';
import type { GateTimeLimits } from '../../src/gate/gate-request.ts';
import { buildServers, fixtureSpec, gate, leftovers } from '../engine/gate-rig.ts';
import { ByteClient } from '../support/byte-client.ts';
import { RunClient } from '../support/run-client.ts';
import { type ServerOptions, SessionHome } from '../support/session-home.ts';
import { type SessionProgram, sessionProgram } from '../support/session-program.ts';

/** What a server may do wrong. Each has a row in the table, and each row what comes of it in the gate and in `run`. */
type Fault =
  | 'out of memory, told from a kill' | 'heap exhausted' | 'fork bomb' | 'endless line' | 'log flood' | 'no answer: it hangs' | 'no answer: it closed its stdout' | 'text on stdout'
  | 'exit at once' | 'exit in the middle of a line';

interface InTheGate {
  /** Of test/fixtures/gate-servers/faults.mjs. */
  readonly fault: string;
  readonly settings?: Partial<ContainerSpec>;
  readonly limits?: Partial<GateTimeLimits>;
  /** A warning: it answers all the same. */
  readonly outcome?: 'warned';
  readonly reason: RegExp;
  readonly suggestion?: RegExp;
  /** Seconds. */
  readonly within: number;
}

interface Row {
  /** Ids of test/faults.json. */
  readonly cites?: string;
  readonly gate: InTheGate;
  /** A server of its own in a session; at the end nothing of it may be left. */
  readonly run: () => Promise<void>;
}

let program: SessionProgram;
let home: SessionHome;
beforeAll(async () => {
  [program, home] = [await sessionProgram(), await SessionHome.create()];
  await buildServers();
});
afterAll(async () => {
  await home[Symbol.asyncDispose]();
  await program[Symbol.asyncDispose]();
});
afterEach(async () => {
  expect(await home.containers()).toEqual([]);
  // The host stays well.
  expect((await readdir('/proc')).filter((name) => /^\d+$/.test(name)).length).toBeLessThan(3000);
  expect(freemem()).toBeGreaterThan(256 * 1024 ** 2);
});

const OFF: ServerOptions = { recipe: { standby: 'off' } };
const memory = (megabytes: number, environment: Record<string, string> = {}): ServerOptions => ({
  recipe: {
    standby: 'off', memoryBytes: megabytes * 1024 ** 2,
    environment: { HOME: { kind: 'literal', value: '/tmp' }, ...Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, { kind: 'literal' as const, value }])) },
  },
  hostConfig: { Memory: megabytes * 1024 ** 2, MemorySwap: megabytes * 1024 ** 2 },
});

async function start(fixture: string, options: ServerOptions = OFF): Promise<RunClient> {
  const name = fixture.replace('.mjs', '');
  await home.addServer(fixture, { ...options, name });
  return new RunClient({ bin: program.bin, home: home.folder, words: [name] });
}

const CALL = '{"jsonrpc":"2.0","id":"the call","method":"tools/call","params":{"name":"fail"}}\n';

/** The call is answered with the reason, within seconds, and `run` ends. */
async function failsTheCall(fixture: string, options: ServerOptions, says: RegExp, within: number): Promise<RunClient> {
  await using client = await start(fixture, options);
  await client.connect();
  client.write(CALL);
  const answer = await client.answerTo('the call', within * 1000);
  expect(answer.error).toMatchObject({ code: -32_000, message: expect.stringMatching(says) });
  expect((await client.exited).code).toBeGreaterThan(0);
  return client;
}

/** The same of `initialize`. */
async function failsTheStart(fixture: string, says: RegExp, within: number): Promise<void> {
  await using client = await start(fixture);
  const answer = await client.request('initialize', {}, within * 1000);
  expect(answer.error?.message).toMatch(says);
  expect((await client.exited).code).toBeGreaterThan(0);
}

const TABLE: Record<Fault, Row> = {
  'out of memory, told from a kill': {
    cites: '[F23]',
    gate: { fault: 'out-of-memory', settings: { memoryBytes: 96 * 1024 ** 2 }, reason: /^it ran out of memory and was killed \(limit 512m\)/, suggestion: /--memory 192m/, within: 15 },
    run: async () => {
      const { stderr } = await failsTheCall('out-of-memory.mjs', memory(96), /out of memory \(limit 96 MiB\).*--memory 192m/, 15);
      expect(stderr).toMatch(/out of memory/);
    },
  },
  'heap exhausted': {
    cites: '[F23]',
    gate: { fault: 'heap', settings: { environment: { NODE_OPTIONS: '--max-old-space-size=64' } }, reason: /^its JavaScript heap is exhausted \(memory limit 512m\)/, suggestion: /--memory 1g/, within: 15 },
    run: async () => void (await failsTheCall('heap.mjs', memory(256, { NODE_OPTIONS: '--max-old-space-size=64' }), /exhausted its heap.*--memory/, 30)),
  },
  'fork bomb': {
    gate: { fault: 'fork-bomb', settings: { pids: 64 }, reason: /^it used up its processes \(limit 64\)/, suggestion: /--pids 128/, within: 15 },
    run: async () => {
      const { stderr } = await failsTheCall('fork-bomb.mjs', OFF, /used up its processes.*--pids/, 40);
      expect(stderr).toMatch(/has used up its 128 processes/);
    },
  },
  'endless line': {
    cites: '[F38]',
    gate: { fault: 'endless-line', reason: /^protocol error: a line on stdout is longer than 16 MiB/, within: 15 },
    run: async () => {
      await home.addServer('endless-line.mjs', { ...OFF, name: 'endless-line' });
      await using client = new ByteClient({ bin: program.bin, home: home.folder, words: ['endless-line'] });
      await client.send(Buffer.from(CALL));
      expect(await client.exitCode()).toBeGreaterThan(0);
      expect(client.received).toBeLessThan(66 * 1024 ** 2);
      expect(client.end).toMatch(/x\n\{"jsonrpc":"2\.0","id":"the call","error":\{"code":-32000,"message":"cc-mcp: endless-line wrote a line of more than 64 MiB.*\n$/);
    },
  },
  'log flood': {
    cites: '[F36]',
    gate: { fault: 'log-flood', outcome: 'warned', reason: /it floods its log: \d+ MiB on stderr/, within: 20 },
    run: async () => {
      await using client = await start('log-flood.mjs');
      await client.connect();
      await new Promise((resolve) => setTimeout(resolve, 5000));
      const startedAt = performance.now();
      expect((await client.call('echo', { text: 'through the flood' })).result.content[0].text).toBe('through the flood');
      expect(performance.now() - startedAt).toBeLessThan(5000);
      const folder = join(home.ccMcpHome, 'logs/global/log-flood');
      const sizes = await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size));
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(110 * 1024 ** 2);
      expect(Math.max(...sizes)).toBeLessThan(6 * 1024 ** 2);
      expect(await client.leave()).toBe(0);
    },
  },
  'no answer: it hangs': {
    cites: '[F37]',
    gate: { fault: 'hang', reason: /^it did not answer within 30 s: it runs and hangs; it last said: waiting for the moon$/, within: 45 },
    run: () => failsTheStart('hang.mjs', /did not answer within 30 s/, 45),
  },
  'no answer: it closed its stdout': {
    cites: '[F37]',
    gate: { fault: 'closed-stdout', reason: /^it closed its stdout and runs on without an answer/, within: 45 },
    run: () => failsTheStart('closed-stdout.mjs', /did not answer within 30 s/, 45),
  },
  'text on stdout': {
    cites: '[F38]',
    gate: { fault: 'banner', outcome: 'warned', reason: /^it writes text to stdout, where only MCP belongs: «Welcome to the server of my-secret-value»$/, within: 15 },
    run: async () => {
      await using client = await start('banner.mjs');
      await client.connect();
      expect((await client.call('echo', { text: 'still here' })).result.content[0].text).toBe('still here');
      expect(client.lines.slice(0, 2)).toEqual(['Welcome to the banner server!', 'Listening on stdio…']);
      expect(client.stderr.match(/not MCP/g)).toHaveLength(1);
      expect(client.stderr).toContain('Welcome to the banner server!');
      expect(await client.leave()).toBe(0);
    },
  },
  'exit at once': {
    gate: { fault: 'exit-at-once', reason: /^it exited with code 3 before it answered: ValueError: the configuration is wrong$/, within: 15 },
    run: () => failsTheStart('exits-at-once.mjs', /exited with code 3.*cannot find my configuration/, 15),
  },
  'exit in the middle of a line': {
    cites: '[F39]',
    gate: { fault: 'half-line', reason: /stopped in the middle of a line: \{"jsonrpc":"2.0","id":0,"result":\{"proto, and exited with code 0/, within: 15 },
    run: async () => void (await failsTheCall('half-line.mjs', OFF, /exited with code 0/, 15)),
  },
};

describe.each(Object.entries(TABLE).map(([fault, row]) => ({ fault, row, cites: row.cites ?? '' })))('[M5] $cites $fault', ({ row }) => {
  test('the gate says so, within seconds, and leaves nothing', async () => {
    const { fault, settings, limits, outcome, reason, suggestion, within } = row.gate;
    const spec = fixtureSpec(['faults.mjs', fault], settings);
    const { report, seconds } = await gate({ spec }, limits);
    expect(report.outcome).toBe(outcome ?? 'failed');
    const telling = report.steps.filter((step) => step.outcome === (outcome ?? 'failed'));
    expect(telling.map((step) => step.reason).join('\n')).toMatch(reason);
    if (outcome === undefined) expect([telling.map(({ step }) => step), report.proven]).toEqual([['connection'], undefined]);
    else expect(report.proven).toBeDefined();
    if (suggestion !== undefined) expect(telling.flatMap(({ suggestions }) => suggestions).join('\n')).toMatch(suggestion);
    expect(seconds).toBeLessThan(within);
    expect(await leftovers(spec)).toEqual([]);
  });

  test('`run` says so to the client, within seconds, and leaves nothing', () => row.run());
});
