import type { Clock } from '../domain/clock.ts';
import type { ContainerEngine } from '../domain/container-engine.ts';
import type { GateContainer } from './gate-container.ts';
import type { GateTimeLimits } from './gate-request.ts';
import { scanImage, scanResult } from './image-scan.ts';
import type { ScannerPrograms } from './image-scan.ts';
import { profileDeviations, profileWeaknesses } from './profile-deviations.ts';
import type { StepResult } from './step-recorder.ts';
import { within } from './within.ts';

export interface Checking {
  readonly engine: ContainerEngine;
  readonly clock: Clock;
  readonly scanners: ScannerPrograms;
  readonly container: GateContainer;
  /** What the rules on its descriptions said. */
  readonly descriptions: StepResult;
  readonly limits: GateTimeLimits;
}

/** Its descriptions, the container as the engine runs it against the profile, and the image. */
export async function testSecurity({ engine, clock, scanners, container, descriptions, limits }: Checking, signal: AbortSignal): Promise<StepResult> {
  if (descriptions.outcome === 'failed') return descriptions;
  const inspected = await within(clock, limits.inspection, signal, (limited) => engine.inspect(container.id, limited));
  const details = inspected.kind === 'done' ? inspected.value : undefined;
  if (details === undefined) return { outcome: 'failed', reason: 'its container could not be inspected' };
  const deviations = profileDeviations(container.spec, details.settings);
  if (deviations.length > 0) return { outcome: 'failed', reason: `its container is not what was asked for: ${deviations.join('; ')}`, suggestions: ['Look with cc-mcp doctor at what the engine does differently'] };
  const scanned = await within(clock, limits.scan, signal, (limited) => scanImage(scanners, container.spec.image, limited));
  const scan = scanResult(scanned.kind === 'done' ? scanned.value : { kind: 'failed', scanner: 'the scanner', reason: `no answer within ${limits.scan} s`, suggestions: [] });
  const warnings = [...profileWeaknesses(container.spec), ...(descriptions.reason === undefined ? [] : [descriptions.reason])];
  const reason = [...warnings, scan.reason ?? ''].filter((text) => text !== '').join('; ');
  const outcome = warnings.length > 0 ? 'warned' : scan.outcome;
  return { outcome, reason, suggestions: scan.suggestions ?? [], label: `Security checks passed${reason === '' ? '' : ` (${reason})`}` };
}
