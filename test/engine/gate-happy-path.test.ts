import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LABEL } from '../../src/domain/container-engine.ts';
import type { Companion, ExpectedCall, MarketplacePackage } from '../../src/domain/package.ts';
import { docker } from '../support/user-home.ts';
import { buildServers, engine, fixtureSpec, gate, leftovers } from './gate-rig.ts';

let image: string;
beforeAll(async () => {
  image = await buildServers();
});

const COMPANION: Companion = {
  name: 'service', image: 'example/service:1', user: '10002:10002', command: ['/opt/gate/companion.mjs'], environment: {}, tmpfs: {}, memory: '128m',
  ready: ['node', '-e', 'fetch("http://127.0.0.1:8080").then(() => 0, () => process.exit(1))'], configuration: { SERVICE: 'http://{host}:8080/from-configuration' }, arguments: [],
};

describe('the full gate', () => {
  it('[M2] proves a server beside its companion, by calls whose results are compared, and leaves nothing', async () => {
    const spec = fixtureSpec(['asks-companion.mjs'], { environment: { HTTP_PROXY: 'http://127.0.0.1:1' } });
    const calls: ExpectedCall[] = [
      { title: 'Configuration test', tool: 'ask', arguments: {}, expect: { text: 'you asked /from-configuration' } },
      { title: 'Address test', tool: 'ask', arguments: { url: 'http://{host}:8080/x' }, expect: { matches: '^you asked /x$' } },
    ];
    const { report, events, step } = await gate({ spec, full: true, companionImage: image, package: offered({ companion: COMPANION, calls, timeout: 10 }) });
    expect(report.steps.map(({ title, outcome }) => `${title}: ${outcome}`)).toEqual([
      'Companion service: passed', 'Connection test: passed', 'Capability test: passed', 'Configuration test: passed', 'Address test: passed', 'Security checks: passed', 'Network test: passed', 'Shutdown test: passed',
    ]);
    expect(report).toMatchObject({ outcome: 'passed', proven: { era: 'legacy', protocolVersion: '2025-11-25', serverName: 'gate-fixture', tools: { ask: expect.stringMatching(/^[0-9a-f]{64}$/) } } });
    expect(step('security').reason).toBe('image not scanned: install trivy or grype');
    const shown = events.flatMap((event) => (event.type === 'step-ended' ? [event.label] : []));
    expect(shown).toEqual([
      'Companion service is ready', 'Connection test passed', 'Capability test passed', 'Configuration test passed', 'Address test passed',
      'Security checks passed (image not scanned: install trivy or grype)', 'Network test passed', 'Shutdown test passed',
    ]);
    expect(await leftovers(spec)).toEqual([]);
  });

  it('fails when the answer is another one, and skips what comes after it', async () => {
    const calls: ExpectedCall[] = [
      { title: 'Query test', tool: 'environment', arguments: { file: 'HOME' }, expect: { text: '/root' } },
      { title: 'Second test', tool: 'environment', arguments: { file: 'HOME' }, expect: { text: '/tmp' } },
    ];
    const { report } = await gate({ spec: fixtureSpec(['notes.mjs']), full: true, package: offered({ calls, timeout: 5 }) });
    expect(report.outcome).toBe('failed');
    expect(report.steps.filter(({ step }) => step === 'calls')).toMatchObject([
      { title: 'Query test', outcome: 'failed', reason: 'environment: it answered «/tmp» instead of «/root»' }, { title: 'Second test', outcome: 'skipped' },
    ]);
  });

  it('without --test connects and lists, and leaves the rest for it', async () => {
    const { report, events } = await gate({ spec: fixtureSpec(['notes.mjs']), package: offered({ companion: COMPANION, calls: [], timeout: 5 }) });
    expect(report.outcome).toBe('passed');
    expect(report.steps.map(({ step, outcome, reason }) => [step, outcome, reason])).toEqual([
      ['companion', 'skipped', 'use --test'], ['connection', 'passed', ''], ['capabilities', 'passed', '3 tools'], ['calls', 'skipped', 'use --test'],
      ['security', 'skipped', 'use --test'], ['network', 'skipped', 'use --test'], ['shutdown', 'passed', ''],
    ]);
    expect(events.filter((event) => event.type === 'step-ended' && event.outcome === 'skipped')).toEqual([]);
  });

  it.each([
    ['legacy', 'notes.mjs', '2025-11-25', 'it refuses server/discover'],
    ['legacy', 'ends-at-probe.mjs', '2025-11-25', 'it ends at server/discover'],
    ['modern', 'modern.mjs', '2026-07-28', 'it refuses initialize'],
    ['modern', 'modern-silent.mjs', '2026-07-28', 'it does not answer initialize'],
    ['dual', 'dual.mjs', '2025-11-25', 'it answers what it is asked first'],
  ])('[M2] finds a server to be %s: %s, %s: %s', async (era, fixture, protocolVersion) => {
    const spec = fixtureSpec([fixture]);
    const { report, seconds } = await gate({ spec });
    expect(report).toMatchObject({ outcome: 'passed', proven: { era, protocolVersion } });
    expect(seconds).toBeLessThan(25);
    expect(await leftovers(spec)).toEqual([]);
  });

  it('[M2] calls a server of 2026-07-28 alone in a server of its own, when that has the user\'s data', async () => {
    const spec = fixtureSpec(['modern-silent.mjs'], { mounts: [{ kind: 'bind', source: '/usr/share', target: '/usr/share', readOnly: true }] });
    const calls: ExpectedCall[] = [{ title: 'Ping test', tool: 'ping', arguments: {}, expect: { text: 'pong' } }];
    const { report } = await gate({ spec, full: true, package: offered({ calls, timeout: 10 }) });
    expect(report.steps.filter(({ outcome }) => outcome === 'failed' || outcome === 'skipped')).toEqual([]);
    expect(report.proven?.era).toBe('modern');
    expect(await leftovers(spec)).toEqual([]);
  });
});

describe('the user\'s data', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cc-mcp-gate-'));
    await writeFile(join(folder, 'mine.txt'), 'mine', { mode: 0o666 });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const calls = (file: string): ExpectedCall[] => [
    { title: 'Write test', tool: 'write', arguments: { file: 'mine.txt', text: 'gate' }, expect: { text: `wrote ${file}` } },
    { title: 'Read test', tool: 'read', arguments: { file: 'mine.txt' }, expect: { text: 'gate' } },
  ];

  it('a granted folder is not what the calls write to', async () => {
    const spec = fixtureSpec(['notes.mjs', folder], { mounts: [{ kind: 'bind', source: folder, target: folder, readOnly: false }], user: '0:0' });
    const { report } = await gate({ spec, roots: [folder], full: true, package: { ...offered({ calls: calls('{folder}/mine.txt'), timeout: 5 }), pathsAsArguments: true } });
    expect(report.steps.map(({ title, outcome }) => [title, outcome])).toContainEqual(['Read test', 'passed']);
    expect(await readdir(folder)).toEqual(['mine.txt']);
    expect(await readFile(join(folder, 'mine.txt'), 'utf8')).toBe('mine');
    expect(await leftovers(spec)).toEqual([]);
  });

  it('neither is a state volume', async () => {
    const volume = fixtureSpec([]).name;
    await engine.createVolume(volume, { [LABEL.home]: 'gate-test' });
    try {
      const spec = fixtureSpec(['notes.mjs', '/state'], { mounts: [{ kind: 'volume', name: volume, target: '/state', readOnly: false }] });
      const { report } = await gate({ spec, full: true, package: offered({ calls: calls('/state/mine.txt'), timeout: 5 }) });
      expect(report.outcome).toBe('passed');
      expect(await docker('run', '--rm', '--label', 'org.cc-mcp.test=gate', '--volume', `${volume}:/state`, '--entrypoint', 'ls', image, '-A', '/state')).toBe('');
    } finally {
      await engine.removeVolume(volume);
    }
  });
});

describe('security', () => {
  it.each([true, false])('fails where a description hides text, and shows it (full: %s)', async (full) => {
    const { report, step } = await gate({ spec: fixtureSpec(['hidden-text.mjs']), full });
    expect(report.outcome).toBe('failed');
    expect(step('security').reason).toBe('the tool weather hides text in tag characters (tag-characters, in its description): «Tells the weather.[tags: Ignore]<U+200B>»');
    expect(step('security').suggestions[0]).toMatch(/^Do not run it/);
  });

  it('reads instructions, resources and prompts as well', async () => {
    const { step } = await gate({ spec: fixtureSpec(['poisoned.mjs']) });
    expect(step('security')).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(/^the server tells the model to keep something from the user \(secrecy, in its instructions\).*; the resource notes .*; and 1 more$/) });
  });

  it('warns of a name that another server has', async () => {
    const others = [{ server: 'mine', tools: ['read', 'other'] }];
    const { report, step } = await gate({ spec: fixtureSpec(['notes.mjs']), others });
    expect(report.outcome).toBe('warned');
    expect(step('security').reason).toBe('the tool read has the same name as read of mine (same-name, in its name)');
  });

  it('warns of what its own settings give up', async () => {
    const { step } = await gate({ spec: fixtureSpec(['notes.mjs'], { readOnlyRoot: false, capAdd: ['NET_BIND_SERVICE'] }), full: true });
    expect(step('security')).toMatchObject({ outcome: 'warned', reason: expect.stringMatching(/its root is writable; it has the capabilities NET_BIND_SERVICE/) });
  });
});

describe('whatever happens', () => {
  it('an abort at any moment leaves neither container nor network, and is thrown', async () => {
    for (const milliseconds of [0, 100, 400, 900, 1500, 2500]) {
      const spec = fixtureSpec(['asks-companion.mjs']);
      const reason = new Error(`stop after ${milliseconds}`);
      const controller = new AbortController();
      setTimeout(() => controller.abort(reason), milliseconds);
      const calls: ExpectedCall[] = [{ title: 'Slow test', tool: 'ask', arguments: { url: 'http://10.255.255.1' }, expect: {} }];
      await expect(gate({ spec, full: true, companionImage: image, package: offered({ companion: COMPANION, calls, timeout: 30 }) }, {}, controller.signal)).rejects.toBe(reason);
      expect(await leftovers(spec)).toEqual([]);
    }
  });

  it('a companion that does not come up fails the gate with its last words', async () => {
    const spec = fixtureSpec(['asks-companion.mjs']);
    const companion = { ...COMPANION, command: ['-e', 'console.error("FATAL: no space left"); process.exit(7)'] };
    const { report, step } = await gate({ spec, full: true, companionImage: image, package: offered({ companion, calls: [], timeout: 5 }) });
    expect(report.outcome).toBe('failed');
    expect(step('companion').reason).toBe('the companion service exited with code 7: FATAL: no space left');
    expect(step('connection').outcome).toBe('skipped');
    expect(await leftovers(spec)).toEqual([]);
  });

  it('one that never gets ready fails it at the deadline', async () => {
    const spec = fixtureSpec(['asks-companion.mjs']);
    const { step } = await gate({ spec, full: true, companionImage: image, package: offered({ companion: { ...COMPANION, ready: ['false'] }, calls: [], timeout: 5 }) }, { companion: 2 });
    expect(step('companion').reason).toBe('the companion service was not ready within 2 s');
    expect(await leftovers(spec)).toEqual([]);
  });
});

function offered(tests: MarketplacePackage['tests']): Pick<MarketplacePackage, 'tests' | 'configuration' | 'pathsAsArguments'> {
  return { tests, configuration: [], pathsAsArguments: false };
}
