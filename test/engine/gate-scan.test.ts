import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { scannerPrograms } from '../../src/host/scanner-programs.ts';
import { ADDRESS } from '../support/engine.ts';
import { buildServers, fixtureSpec, gate } from './gate-rig.ts';

const REPORTS = join(import.meta.dirname, '../fixtures/scanners/reports.mjs');

/** Programs in the place of Trivy and Grype, on a PATH of their own; each writes down how it was started. */
describe('[F52] the security step with scanners on this machine', () => {
  let folder: string;
  beforeAll(buildServers);
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cc-mcp-scan-'));
    for (const name of ['bin', 'home']) await mkdir(join(folder, name));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function install(program: 'trivy' | 'grype', behaviour: string): Promise<void> {
    const started = JSON.stringify(join(folder, `${program}.json`));
    const script = `#!${process.execPath}
import { writeFileSync } from 'node:fs';
import { ${program} as report } from ${JSON.stringify(REPORTS)};
const image = process.argv.at(-1);
writeFileSync(${started}, JSON.stringify({ pid: process.pid, args: process.argv.slice(2), cwd: process.cwd(), host: process.env.DOCKER_HOST, other: process.env.OTHER }));
${behaviour}
`;
    const path = join(folder, 'bin', program);
    await writeFile(path, script);
    // Node takes a file without an extension for a module when its folder says so.
    await writeFile(join(folder, 'bin/package.json'), '{ "type": "module" }');
    await chmod(path, 0o755);
  }

  const started = async (program: string): Promise<Record<string, unknown>> => JSON.parse(await readFile(join(folder, `${program}.json`), 'utf8')) as Record<string, unknown>;
  const REPORT = 'process.stdout.write(JSON.stringify(report(image)));';

  async function security(limits: { readonly scan?: number } = {}, signal?: AbortSignal) {
    const programs = scannerPrograms({ engine: ADDRESS, environment: { PATH: `${join(folder, 'bin')}:${dirname(process.execPath)}`, OTHER: 'kept' }, folder: join(folder, 'home') });
    const spec = fixtureSpec(['notes.mjs']);
    const { report, step, events } = await gate({ spec, full: true }, limits, signal, programs);
    return { spec, report, step: step('security'), shown: events.flatMap((event) => (event.type === 'step-ended' && event.step === 'security' ? [event.label] : [])) };
  }

  it('counts what Trivy reports, asks it for the image at the engine of the server, and from a folder that nobody else can write to', async () => {
    await install('trivy', REPORT);
    await install('grype', REPORT);
    const { spec, report, step, shown } = await security();
    expect([report.outcome, step.outcome, step.reason]).toEqual(['warned', 'warned', 'image scanned with trivy: 1 critical, 2 high']);
    expect(shown).toEqual(['Security checks: image scanned with trivy: 1 critical, 2 high']);
    const how = await started('trivy');
    expect(how).toMatchObject({ cwd: join(folder, 'home'), host: ADDRESS.kind === 'unix' ? `unix://${ADDRESS.path}` : undefined, other: 'kept' });
    expect(how['args']).toEqual(['image', '--quiet', '--format', 'json', '--scanners', 'vuln', '--image-src', 'docker,podman', '--', spec.image]);
    await expect(started('grype')).rejects.toThrow();
  });

  it('counts what Grype reports where Trivy is not', async () => {
    await install('grype', REPORT);
    const { spec, step } = await security();
    expect(step).toMatchObject({ outcome: 'warned', reason: 'image scanned with grype: 1 critical, 1 high' });
    expect((await started('grype'))['args']).toEqual(['--output', 'json', '--', `docker:${spec.image}`]);
  });

  it('is passed when nothing critical and nothing high is found', async () => {
    await install('trivy', 'process.stdout.write(JSON.stringify({ ...report(image), Results: [{ Target: image, Class: "os-pkgs", Type: "debian" }] }));');
    const { report, step } = await security();
    expect([report.outcome, step.outcome, step.reason]).toEqual(['passed', 'passed', 'image scanned with trivy: 0 critical, 0 high']);
  });

  it('warns, with what to type, when a scanner cannot reach its database', async () => {
    await install('grype', 'console.error("[0000]  WARN unable to check for vulnerability database update\\n[0001] ERROR failed to load vulnerability db: database does not exist"); process.exit(1);');
    const { report, step } = await security();
    expect(report.outcome).toBe('warned');
    expect(step).toMatchObject({
      outcome: 'warned', suggestions: ['Load it with grype db update'],
      reason: 'image not scanned: grype failed: it could not load its vulnerability database: failed to load vulnerability db: database does not exist',
    });
  });

  it.each([
    ['crashes', 'process.kill(process.pid, "SIGSEGV");', /^image not scanned: trivy failed: exit code -1$/],
    ['says half a report', 'process.stdout.write(JSON.stringify(report(image)).slice(0, 400));', /^image not scanned: trivy failed: its answer cannot be read$/],
    ['says no JSON', 'console.log("done");', /^image not scanned: trivy failed: its answer cannot be read$/],
  ])('warns when a scanner %s', async (_title, behaviour, reason) => {
    await install('trivy', behaviour);
    const { report, step } = await security();
    expect([report.outcome, step.outcome, step.reason]).toEqual(['warned', 'warned', expect.stringMatching(reason)]);
  });

  it('warns when a scanner does not end, and ends it', async () => {
    await install('trivy', 'setInterval(() => {}, 1000);');
    const { step } = await security({ scan: 2 });
    expect(step).toMatchObject({ outcome: 'warned', reason: 'image not scanned: the scanner failed: no answer within 2 s' });
    const pid = Number((await started('trivy'))['pid']);
    await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
