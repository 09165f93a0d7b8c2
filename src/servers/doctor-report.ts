import type { DiscoveryAttempt } from '../domain/container-engine.ts';

export interface DoctorReport {
  readonly healthy: boolean;
  readonly checks: readonly DoctorCheck[];
  readonly discovery: readonly DiscoveryAttempt[];
}

export interface DoctorCheck {
  readonly name: string;
  readonly outcome: 'ok' | 'warning' | 'problem';
  readonly text: string;
  /** What to type. */
  readonly suggestions: readonly string[];
}
