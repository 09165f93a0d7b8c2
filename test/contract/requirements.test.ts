import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = dirname(dirname(import.meta.dirname));
const list = (name: string): Readonly<Record<string, { readonly text: string; readonly later?: string }>> => JSON.parse(readFileSync(join(ROOT, `test/${name}.json`), 'utf8')) as ReturnType<typeof list>;
const FAULTS = list('faults');
const IDS = [...Object.keys(list('requirements')), ...Object.keys(FAULTS)];

interface Test {
  readonly fullName: string;
  readonly status: 'passed' | 'failed' | 'skipped';
}

describe('scripts/requirements.mjs', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cc-mcp-requirements-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const all = IDS.map((id): Test => ({ fullName: `[${id}] holds`, status: 'passed' }));

  it('is content when each id is cited by a test that passed', async () => {
    expect(await check(all)).toMatchObject({ code: 0 });
  });

  it('names an id that no test cites', async () => {
    expect(await check(all.slice(1))).toEqual({ code: 1, lines: [expect.stringContaining(`${IDS[0]} is cited by no test`)] });
  });

  it('names an id that only a skipped test cites', async () => {
    expect(await check(all.map((test, index) => (index === 1 ? { ...test, status: 'skipped' } : test)))).toEqual({ code: 1, lines: [expect.stringContaining(`${IDS[1]} is cited only by tests that were skipped`)] });
  });

  it('names an id that a failing test cites, also beside one that passed', async () => {
    expect(await check([...all, { fullName: `another [${IDS[2]}]`, status: 'failed' }])).toEqual({ code: 1, lines: [expect.stringContaining(`${IDS[2]} fails`)] });
  });

  it('names an id that does not exist', async () => {
    expect(await check([...all, { fullName: 'a test [M99]', status: 'passed' }])).toEqual({ code: 1, lines: [expect.stringContaining('[M99] is cited by "a test [M99]" and does not exist')] });
  });

  it('[N7] names each fault that is not cited, but for those with a reason to wait', async () => {
    const { lines } = await check(all.filter(({ fullName }) => !fullName.startsWith('[F')));
    const cited = Object.entries(FAULTS).filter(([, { later }]) => later === undefined);
    expect(lines).toEqual(cited.map(([id, { text }]) => `✗ ${id} is cited by no test: ${text}`));
    expect(cited.length).toBeGreaterThan(30);
  });

  async function check(tests: readonly Test[]): Promise<{ code: number; lines: string[] }> {
    const file = join(folder, 'report.json');
    await writeFile(file, JSON.stringify({ testResults: [{ assertionResults: tests }] }));
    return new Promise((resolve) => {
      const child = execFile(process.execPath, ['scripts/requirements.mjs', file], { cwd: ROOT }, (_, stdout) => resolve({ code: child.exitCode ?? -1, lines: stdout.trim().split('\n') }));
    });
  }
});
