import { measure } from '../test/support/poisoning-corpus.ts';
import type { Share } from './share.ts';

/** What the gate's rules on descriptions find, and what they alarm on, in the part of the corpus that they were not written for. */
export function poisoningShares(): readonly Share[] {
  const { poisoned, harmless, missed, alarms } = measure('held-out');
  return [
    { bench: 'poisoned descriptions found', of: 'the held-out third', count: poisoned - missed.length, total: poisoned, limit: { least: 0.9 } },
    { bench: 'harmless descriptions alarmed on', of: 'the held-out third', count: alarms.length, total: harmless, limit: { most: 0.03 } },
  ];
}
