import { findPoisoning } from './poisoning/find-poisoning.ts';
import type { OtherServer, ServedTexts } from './poisoning/find-poisoning.ts';
import type { Finding } from './poisoning/finding.ts';
import { PASSED } from './step-recorder.ts';
import type { StepResult } from './step-recorder.ts';

/** Each in full length; the rest is counted. */
const SAID = 2;

/** What a server's descriptions do to the model that reads them. Nothing lifts a failure: the text itself has to change. */
export function descriptionResult(served: ServedTexts, others: readonly OtherServer[]): StepResult {
  const findings = findPoisoning(served, others);
  const grave = findings.filter(({ severity }) => severity === 'high');
  if (findings.length === 0) return PASSED;
  if (grave.length === 0) return { outcome: 'warned', reason: listed(findings) };
  return {
    outcome: 'failed',
    reason: listed(grave),
    suggestions: ['Do not run it: what it tells a model is not what it tells you', 'Compare with its published source and with an earlier version, and report it where you found it'],
  };
}

function listed(findings: readonly Finding[]): string {
  const more = findings.length - SAID;
  return [...findings.slice(0, SAID).map(words), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

function words({ rule, subject, place, says, shown }: Finding): string {
  return `${subject} ${says} (${rule}, in ${place})${shown === '' ? '' : `: «${shown}»`}`;
}
