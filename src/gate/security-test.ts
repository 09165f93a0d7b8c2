import type { Clock } from '../domain/clock.ts';
import type { ContainerEngine } from '../domain/container-engine.ts';
import type { ToolDefinition } from '../domain/fingerprint.ts';
import type { GateContainer } from './gate-container.ts';
import type { GateTimeLimits } from './gate-request.ts';
import { hiddenText } from './hidden-text.ts';
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
  readonly tools: readonly ToolDefinition[];
  readonly limits: GateTimeLimits;
}

/** The container as the engine runs it against the profile, what the tools' descriptions hide, and the image. */
export async function testSecurity({ engine, clock, scanners, container, tools, limits }: Checking, signal: AbortSignal): Promise<StepResult> {
  const inspected = await within(clock, limits.inspection, signal, (limited) => engine.inspect(container.id, limited));
  const details = inspected.kind === 'done' ? inspected.value : undefined;
  if (details === undefined) return { outcome: 'failed', reason: 'its container could not be inspected' };
  const deviations = profileDeviations(container.spec, details.settings);
  if (deviations.length > 0) return { outcome: 'failed', reason: `its container is not what was asked for: ${deviations.join('; ')}`, suggestions: ['Look with cc-mcp doctor at what the engine does differently'] };
  const scanned = await within(clock, limits.scan, signal, (limited) => scanImage(scanners, container.spec.image, limited));
  const scan = scanResult(scanned.kind === 'done' ? scanned.value : { kind: 'failed', scanner: 'the scanner', reason: `no answer within ${limits.scan} s`, suggestions: [] });
  const warnings = [...profileWeaknesses(container.spec), ...hiddenText(tools)];
  const reason = [...warnings, scan.reason ?? ''].filter((text) => text !== '').join('; ');
  const outcome = warnings.length > 0 ? 'warned' : scan.outcome;
  return { outcome, reason, suggestions: scan.suggestions ?? [], label: `Security checks passed${reason === '' ? '' : ` (${reason})`}` };
}
