import { describe, expect, it } from 'vitest';
import { scanImage, scanResult } from './image-scan.ts';
import type { Scanner, ScannerPrograms } from './image-scan.ts';

type Answer = Awaited<ReturnType<ScannerPrograms['run']>>;
const signal = new AbortController().signal;
const said = (stdout: unknown, exitCode = 0, stderr = ''): Answer => ({ exitCode, stdout: typeof stdout === 'string' ? stdout : JSON.stringify(stdout), stderr });
const with_ = (answers: Partial<Record<Scanner, Answer>>): ScannerPrograms => ({ run: async (program) => answers[program] });
const TRIVY = { SchemaVersion: 2, Metadata: {}, Results: [{ Vulnerabilities: [{ Severity: 'CRITICAL' }, { Severity: 'HIGH' }, { Severity: 'LOW' }] }, { Class: 'lang-pkgs' }] };
const GRYPE = { matches: [{ vulnerability: { severity: 'High' } }] };

describe('a scan of the image', () => {
  it('counts what trivy or grype found', async () => {
    expect(await scanImage(with_({ trivy: said(TRIVY) }), 'i', signal)).toEqual({ kind: 'scanned', scanner: 'trivy', critical: 1, high: 1 });
    expect(await scanImage(with_({ grype: said(GRYPE) }), 'i', signal)).toEqual({ kind: 'scanned', scanner: 'grype', critical: 0, high: 1 });
  });

  it('believes a report although its findings are an exit code', async () => {
    expect(await scanImage(with_({ trivy: said(TRIVY, 1) }), 'i', signal)).toMatchObject({ kind: 'scanned', critical: 1 });
  });

  it('asks grype when trivy fails, and tells of trivy when both do', async () => {
    const trivy = said('', 1, '2026-01-01T00:00:00Z\tFATAL\tFatal error\trun error');
    expect(await scanImage(with_({ trivy, grype: said(GRYPE) }), 'i', signal)).toMatchObject({ kind: 'scanned', scanner: 'grype' });
    expect(await scanImage(with_({ trivy, grype: said('', 1) }), 'i', signal)).toMatchObject({ kind: 'failed', scanner: 'trivy', reason: 'run error' });
  });

  it('without a scanner is never one', async () => {
    const result = scanResult(await scanImage(with_({}), 'i', signal));
    expect(result).toEqual({ outcome: 'passed', reason: 'image not scanned: install trivy or grype' });
  });

  it.each([
    ['fails', said('', 1, 'log\n2026-01-01T00:00:00Z\tFATAL\tFatal error\trun error: image scan error:\n\t* no such image\n\n'), 'run error: image scan error: * no such image'],
    ['fails silently', said('', 2), 'exit code 2'], ['prints no JSON', said('oops'), 'its answer cannot be read'],
    ['prints something else', said({ SchemaVersion: 2 }), 'its answer cannot be read'], ['knows nothing of the image', said({ Metadata: {} }), 'it knows nothing of what is in the image'],
    ['finds nothing that it knows', said({ Metadata: {}, Results: [] }), 'it knows nothing of what is in the image'],
  ])('that %s is a warning, not «nothing found»', async (_title, trivy, reason) => {
    const result = scanResult(await scanImage(with_({ trivy }), 'i', signal));
    expect(result).toEqual({ outcome: 'warned', reason: `image not scanned: trivy failed: ${reason}`, suggestions: [] });
  });

  it.each([
    ['trivy', '2026-01-01T00:00:00Z\tFATAL\tFatal error\tinit error: DB error: failed to download vulnerability DB: OCI artifact error: OCI repository error: 1 error occurred:\n\t* Get "https://mirror.example/v2/": dial tcp: no such host\n', 'trivy image --download-db-only'],
    ['grype', '[0000]  WARN unable to check for vulnerability database update\n[0001] ERROR failed to load vulnerability db: database does not exist\n', 'grype db update'],
  ] as const)('says that %s has no database, and what loads it', async (program, stderr, update) => {
    const result = scanResult(await scanImage(with_({ [program]: said('', 1, stderr) }), 'i', signal));
    expect(result).toEqual({
      outcome: 'warned', suggestions: [`Load it with ${update}`],
      reason: expect.stringMatching(new RegExp(`^image not scanned: ${program} failed: it could not load its vulnerability database: (?:init error: DB error|failed to load vulnerability db)`)),
    });
  });

  it('keeps beginning and end of a long chain of causes, without control characters', async () => {
    const stderr = `2026-01-01T00:00:00Z\tFATAL\t\u001B[31mscan error: ${'caused by '.repeat(60)}connection refused\u001B[0m`;
    const { reason } = scanResult(await scanImage(with_({ trivy: said('', 1, stderr) }), 'i', signal));
    expect(reason).toMatch(/^image not scanned: trivy failed: scan error: caused by .* … .*connection refused$/);
    expect(reason?.length).toBeLessThan(300);
  });

  it('passes the image as an operand, whatever its name, and asks no registry for it', async () => {
    const asked: Record<string, readonly string[]> = {};
    await scanImage({ run: async (program, args) => void (asked[program] = args) as undefined }, '--help', signal);
    expect(asked['trivy']?.slice(-2)).toEqual(['--', '--help']);
    expect(asked['trivy']?.join(' ')).toContain('--image-src docker,podman');
    expect(asked['grype']?.slice(-2)).toEqual(['--', 'docker:--help']);
  });
});
