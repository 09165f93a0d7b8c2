import { describe, expect, it } from 'vitest';
import { scanImage, scanResult } from './image-scan.ts';
import type { ScannerPrograms } from './image-scan.ts';

type Answer = Awaited<ReturnType<ScannerPrograms['run']>>;
const signal = new AbortController().signal;
const said = (stdout: unknown, exitCode = 0, stderr = ''): Answer => ({ exitCode, stdout: typeof stdout === 'string' ? stdout : JSON.stringify(stdout), stderr });
const with_ = (answers: Partial<Record<'trivy' | 'grype', Answer>>): ScannerPrograms => ({ run: async (program) => answers[program] });

describe('a scan of the image', () => {
  it('counts what trivy or grype found', async () => {
    const trivy = said({ Metadata: {}, Results: [{ Vulnerabilities: [{ Severity: 'CRITICAL' }, { Severity: 'HIGH' }, { Severity: 'LOW' }] }, { Class: 'lang-pkgs' }] });
    expect(await scanImage(with_({ trivy }), 'i', signal)).toEqual({ kind: 'scanned', scanner: 'trivy', critical: 1, high: 1 });
    const grype = said({ matches: [{ vulnerability: { severity: 'High' } }] });
    expect(await scanImage(with_({ grype }), 'i', signal)).toEqual({ kind: 'scanned', scanner: 'grype', critical: 0, high: 1 });
  });

  it('without a scanner is never one', async () => {
    const result = scanResult(await scanImage(with_({}), 'i', signal));
    expect(result).toEqual({ outcome: 'passed', reason: 'image not scanned: install trivy or grype' });
  });

  it.each([
    ['fails', said('', 1, 'log\nFATAL: no database'), 'FATAL: no database'], ['fails silently', said('', 2), 'exit code 2'], ['prints no JSON', said('oops'), 'its answer cannot be read'],
    ['prints something else', said({ SchemaVersion: 2 }), 'its answer cannot be read'], ['knows nothing of the image', said({ Metadata: {} }), 'its answer cannot be read'],
  ])('that %s is a warning, not «nothing found»', async (_title, trivy, reason) => {
    const result = scanResult(await scanImage(with_({ trivy }), 'i', signal));
    expect(result).toEqual({ outcome: 'warned', reason: `image not scanned: trivy failed: ${reason}` });
  });

  it('passes the image as an operand, whatever its name', async () => {
    const asked: (readonly string[])[] = [];
    await scanImage({ run: async (_program, args) => void asked.push(args) as undefined }, '--help', signal);
    for (const args of asked) expect(args.slice(-2)).toEqual(['--', '--help']);
  });
});
