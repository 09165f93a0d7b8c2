import { parseJson } from '../domain/parse-json.ts';
import { lacksDatabase, scannerFailure } from './scanner-failure.ts';
import type { StepResult } from './step-recorder.ts';

export type Scanner = 'trivy' | 'grype';

/** The scanners that may be on this machine. */
export interface ScannerPrograms {
  /** Undefined: the program is not on the PATH. It rejects with the signal's reason only. */
  run(program: Scanner, args: readonly string[], signal: AbortSignal): Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string } | undefined>;
}

export type ScanOutcome =
  | { readonly kind: 'not-scanned' }
  | { readonly kind: 'scanned'; readonly scanner: string; readonly critical: number; readonly high: number }
  /** There is a scanner, and it said nothing that can be relied on. */
  | { readonly kind: 'failed'; readonly scanner: string; readonly reason: string; readonly suggestions: readonly string[] };

/*
 * The image is looked for at the engine alone: asked for one that they do not find, both programs would ask a registry on the
 * internet for it. Grype says its errors only without `--quiet`.
 */
const SCANNERS = [
  {
    program: 'trivy', severities: trivySeverities, update: 'trivy image --download-db-only',
    args: (image: string) => ['image', '--quiet', '--format', 'json', '--scanners', 'vuln', '--image-src', 'docker,podman', '--', image],
  },
  { program: 'grype', severities: grypeSeverities, update: 'grype db update', args: (image: string) => ['--output', 'json', '--', `docker:${image}`] },
] as const;

/** Asks the scanners that are installed until one answers. No answer is never «nothing found». */
export async function scanImage(programs: ScannerPrograms, image: string, signal: AbortSignal): Promise<ScanOutcome> {
  let failed: ScanOutcome | undefined;
  for (const { program, args, severities, update } of SCANNERS) {
    const ran = await programs.run(program, args(image), signal);
    if (ran === undefined) continue;
    // A user may have set that findings are an exit code; what counts is whether there is a report.
    const found = severities(parseJson(ran.stdout));
    if (typeof found !== 'string') {
      const count = (severity: string): number => found.filter((one) => one.toLowerCase() === severity).length;
      return { kind: 'scanned', scanner: program, critical: count('critical'), high: count('high') };
    }
    const reason = ran.exitCode === 0 ? found : scannerFailure(ran.stderr, ran.exitCode);
    failed ??= lacksDatabase(reason)
      ? { kind: 'failed', scanner: program, reason: `it could not load its vulnerability database: ${reason}`, suggestions: [`Load it with ${update}`] }
      : { kind: 'failed', scanner: program, reason, suggestions: [] };
  }
  return failed ?? { kind: 'not-scanned' };
}

/** The words of a scan, as part of the security step. */
export function scanResult(scan: ScanOutcome): StepResult {
  switch (scan.kind) {
    case 'not-scanned': return { outcome: 'passed', reason: 'image not scanned: install trivy or grype' };
    case 'failed': return { outcome: 'warned', reason: `image not scanned: ${scan.scanner} failed: ${scan.reason}`, suggestions: scan.suggestions };
    case 'scanned': {
      const reason = `image scanned with ${scan.scanner}: ${scan.critical} critical, ${scan.high} high`;
      return { outcome: scan.critical + scan.high > 0 ? 'warned' : 'passed', reason };
    }
    default: return scan satisfies never;
  }
}

type Severities = readonly string[] | 'its answer cannot be read' | 'it knows nothing of what is in the image';

/** A severity for each vulnerability, or why the report says nothing. */
function trivySeverities(report: unknown): Severities {
  if (!isObject(report) || !isObject(report['Metadata'])) return 'its answer cannot be read';
  // A report without results is one of an image in which the scanner knows nothing: that is not «nothing found».
  if (!Array.isArray(report['Results']) || report['Results'].length === 0) return 'it knows nothing of what is in the image';
  return report['Results'].flatMap((result: unknown) => listOf(result, 'Vulnerabilities')).map((one) => String(isObject(one) ? one['Severity'] : ''));
}

function grypeSeverities(report: unknown): Severities {
  if (!isObject(report) || !Array.isArray(report['matches'])) return 'its answer cannot be read';
  return report['matches'].map((match: unknown) => (isObject(match) && isObject(match['vulnerability']) ? String(match['vulnerability']['severity']) : ''));
}

function listOf(value: unknown, key: string): readonly unknown[] {
  const list = isObject(value) ? value[key] : undefined;
  return Array.isArray(list) ? list : [];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
