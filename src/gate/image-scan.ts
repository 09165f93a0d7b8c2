import type { StepResult } from './step-recorder.ts';

/** The scanners that may be on this machine. */
export interface ScannerPrograms {
  /** Undefined: the program is not on the PATH. It rejects with the signal's reason only. */
  run(program: 'trivy' | 'grype', args: readonly string[], signal: AbortSignal): Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string } | undefined>;
}

export type ScanOutcome =
  | { readonly kind: 'not-scanned' }
  | { readonly kind: 'scanned'; readonly scanner: string; readonly critical: number; readonly high: number }
  /** There is a scanner, and it said nothing that can be relied on. */
  | { readonly kind: 'failed'; readonly scanner: string; readonly reason: string };

const SCANNERS = [
  { program: 'trivy', args: ['image', '--quiet', '--format', 'json', '--scanners', 'vuln', '--'], severities: trivySeverities },
  { program: 'grype', args: ['--quiet', '--output', 'json', '--'], severities: grypeSeverities },
] as const;

/** Asks the first scanner that is installed. No answer is never «nothing found». */
export async function scanImage(programs: ScannerPrograms, image: string, signal: AbortSignal): Promise<ScanOutcome> {
  for (const { program, args, severities } of SCANNERS) {
    const ran = await programs.run(program, [...args, image], signal);
    if (ran === undefined) continue;
    if (ran.exitCode !== 0) return { kind: 'failed', scanner: program, reason: lastLine(ran.stderr) || `exit code ${ran.exitCode}` };
    const found = severities(parsed(ran.stdout));
    if (found === undefined) return { kind: 'failed', scanner: program, reason: 'its answer cannot be read' };
    const count = (severity: string): number => found.filter((one) => one.toLowerCase() === severity).length;
    return { kind: 'scanned', scanner: program, critical: count('critical'), high: count('high') };
  }
  return { kind: 'not-scanned' };
}

/** The words of a scan, as part of the security step. */
export function scanResult(scan: ScanOutcome): StepResult {
  switch (scan.kind) {
    case 'not-scanned': return { outcome: 'passed', reason: 'image not scanned: install trivy or grype' };
    case 'failed': return { outcome: 'warned', reason: `image not scanned: ${scan.scanner} failed: ${scan.reason}` };
    case 'scanned': {
      const reason = `image scanned with ${scan.scanner}: ${scan.critical} critical, ${scan.high} high`;
      return { outcome: scan.critical + scan.high > 0 ? 'warned' : 'passed', reason };
    }
    default: return scan satisfies never;
  }
}

function trivySeverities(report: unknown): readonly string[] | undefined {
  if (!isObject(report) || !isObject(report['Metadata'])) return undefined;
  // A report without results is one of an image in which the scanner knows nothing: that is not «nothing found».
  if (!Array.isArray(report['Results'])) return undefined;
  return report['Results'].flatMap((result: unknown) => listOf(result, 'Vulnerabilities')).map((one) => String(isObject(one) ? one['Severity'] : ''));
}

function grypeSeverities(report: unknown): readonly string[] | undefined {
  if (!isObject(report) || !Array.isArray(report['matches'])) return undefined;
  return report['matches'].map((match: unknown) => (isObject(match) && isObject(match['vulnerability']) ? String(match['vulnerability']['severity']) : ''));
}

function listOf(value: unknown, key: string): readonly unknown[] {
  const list = isObject(value) ? value[key] : undefined;
  return Array.isArray(list) ? list : [];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
