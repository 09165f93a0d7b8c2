import { beforeAll, describe, expect, it } from 'vitest';
import type { ContainerSpec } from '../../src/domain/container-engine.ts';
import type { MarketplacePackage } from '../../src/domain/package.ts';
import { buildServers, fixtureSpec, gate, leftovers } from './gate-rig.ts';

interface Fault {
  readonly fault: string;
  readonly reason: RegExp;
  readonly suggestion?: RegExp;
  readonly settings?: Partial<ContainerSpec>;
}

const MEMORY = { memoryBytes: 96 * 1024 ** 2 };

const AT_THE_START: readonly Fault[] = [
  { fault: 'helper-out-of-memory', reason: /a process of it ran out of memory.*exited with code 1/, suggestion: /--memory/, settings: MEMORY },
  { fault: 'flood-on-stdout', reason: /^protocol error: \d+ MiB on stdout that are not MCP/ },
  { fault: 'exit-silently', reason: /^it exited with code 0 before it answered, without a word$/ },
  { fault: 'wants-value', reason: /^it wants GITHUB_TOKEN$/, suggestion: /--env GITHUB_TOKEN=…/ },
  { fault: 'wants-file', reason: /^it wants to read \/home\/user\/notes\/config.json/, suggestion: /--allow-read=\/home\/user\/notes\/config.json/ },
  { fault: 'wants-host', reason: /^it wants to reach api.example.com, and has no network/, suggestion: /--allow-net/ },
  { fault: 'wants-program', reason: /^it needs the program git/ },
  { fault: 'refuses', reason: /^the server answered initialize with an error: Method not found \(-32601\)/ },
];

describe('[M5] [M3] faults at the start', () => {
  beforeAll(buildServers);

  it.each(AT_THE_START)('$fault fails the connection with its reason, within seconds', async ({ fault, reason, suggestion, settings }) => {
    const spec = fixtureSpec(['faults.mjs', fault], settings);
    const { report, step, seconds } = await gate({ spec });
    expect(report.outcome).toBe('failed');
    expect(step('connection')).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(reason) });
    if (suggestion !== undefined) expect(step('connection').suggestions.join('\n')).toMatch(suggestion);
    expect(report.steps.filter(({ outcome }) => outcome === 'failed')).toHaveLength(1);
    expect(report.proven).toBeUndefined();
    expect(seconds).toBeLessThan(15);
    expect(await leftovers(spec)).toEqual([]);
  });

  it('tells a server that was killed from outside from one that ran out of memory', async () => {
    const spec = fixtureSpec(['faults.mjs', 'hang']);
    const { engine } = await import('./gate-rig.ts');
    const killing = (async () => {
      for (;;) {
        const details = await engine.inspect(spec.name);
        if (details?.state.status === 'running') return await engine.kill(details.id);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();
    const { step } = await gate({ spec });
    await killing;
    expect(step('connection').reason).toMatch(/^it was killed from outside \(SIGKILL\), not for its memory/);
  });

  it.each([
    ['hang', /^it did not answer within 3 s: it runs and hangs; it last said: waiting for the moon$/],
    ['listens', /^it did not answer over stdio within 3 s, and listens on port 3000$/],
    ['closed-stdout', /^it closed its stdout and runs on without an answer/],
    ['log-flood-and-hang', /^it did not answer within 3 s: it runs and hangs; it wrote \d+ MiB to stderr/],
  ])('%s is given up at the deadline, and says what it was', async (fault, reason) => {
    const spec = fixtureSpec(['faults.mjs', fault]);
    const before = process.memoryUsage().rss;
    const { step, seconds } = await gate({ spec }, { connection: 3 });
    expect(step('connection').reason).toMatch(reason);
    expect(seconds).toBeLessThan(12);
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 ** 2);
    expect(await leftovers(spec)).toEqual([]);
  });
});

describe('[M5] faults of a server that answers', () => {
  beforeAll(buildServers);

  it('text on stdout is a warning with its first line, without control characters and secrets', async () => {
    const { report, step } = await gate({ spec: fixtureSpec(['faults.mjs', 'banner']), secrets: ['my-secret-value'] });
    expect(report.outcome).toBe('warned');
    expect(step('connection').reason).toBe('it writes text to stdout, where only MCP belongs: «Welcome to the server of [redacted]»');
    expect(JSON.stringify(report)).not.toContain('my-secret-value');
  });

  it('a tool list that no client would take fails', async () => {
    const { step } = await gate({ spec: fixtureSpec(['faults.mjs', 'bad-list']) });
    expect(step('capabilities')).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(/^protocol error: tools\/list/) });
  });

  it('[F24] a helper that ran out of memory while its server answers is a warning with the limit to raise, not a crash', async () => {
    const calls = [{ title: 'Call test', tool: 'help', arguments: {}, expect: { text: 'helper: SIGKILL' } }];
    const { report, step } = await gate({ spec: fixtureSpec(['faults.mjs', 'helper-dies-alone'], MEMORY), full: true, package: tests({ calls, timeout: 30 }) });
    expect([report.outcome, step('calls').outcome]).toEqual(['warned', 'passed']);
    expect(step('shutdown')).toMatchObject({ outcome: 'warned', reason: expect.stringMatching(/^a process of it ran out of memory and was killed \(limit 512m\), though the server ran on$/), suggestions: ['Give it more with --memory 192m'] });
  });

  it('one that runs on at the end of its input, or crashes there, is warned of', async () => {
    const ignores = await gate({ spec: fixtureSpec(['faults.mjs', 'ignores-end']) }, { shutdown: 1 });
    expect(ignores.step('shutdown')).toMatchObject({ outcome: 'warned', reason: expect.stringContaining('runs on when its input ends') });
    const crashes = await gate({ spec: fixtureSpec(['crashes-at-end.mjs']) });
    expect(crashes.step('shutdown')).toMatchObject({ outcome: 'warned', reason: expect.stringContaining('crashes') });
  });

  it.each([
    ['dies-in-call', /^call: it ran out of memory and was killed/, MEMORY],
    ['hangs-in-call', /^call: it did not answer within 2 s: it runs and hangs/, {}],
  ])('%s fails the call with its reason', async (fault, reason, settings) => {
    const spec = fixtureSpec(['faults.mjs', fault], settings);
    const { report, step } = await gate({ spec, full: true, package: tests({ calls: [{ title: 'Call test', tool: 'call', arguments: {}, expect: { text: 'x' } }], timeout: 2 }) });
    expect(report.outcome).toBe('failed');
    expect(step('calls').reason).toMatch(reason);
    expect(await leftovers(spec)).toEqual([]);
  });
});

function tests(tests: MarketplacePackage['tests']): Pick<MarketplacePackage, 'tests' | 'configuration' | 'pathsAsArguments'> {
  return { tests, configuration: [], pathsAsArguments: false };
}
