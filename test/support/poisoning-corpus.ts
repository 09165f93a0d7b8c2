import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ToolDefinition } from '../../src/domain/fingerprint.ts';
import { findPoisoning } from '../../src/gate/poisoning/find-poisoning.ts';

const FOLDER = join(import.meta.dirname, '../fixtures/tool-descriptions');

export interface CorpusEntry {
  readonly id: string;
  readonly split: 'open' | 'held-out';
  readonly category?: string;
  readonly tool: ToolDefinition;
  readonly others?: readonly string[];
  readonly source: { readonly url: string; readonly about: string };
}

export interface Measured {
  readonly poisoned: number;
  readonly harmless: number;
  readonly missed: readonly string[];
  readonly alarms: readonly string[];
}

export function corpus(kind: 'poisoned' | 'harmless'): readonly CorpusEntry[] {
  return JSON.parse(readFileSync(join(FOLDER, `${kind}.json`), 'utf8')) as readonly CorpusEntry[];
}

/** What the rules find in one part of the corpus; a warning is a find, and an alarm, as much as a failure is. */
export function measure(split: CorpusEntry['split']): Measured {
  const [poisoned, harmless] = [corpus('poisoned'), corpus('harmless')].map((entries) => entries.filter((entry) => entry.split === split));
  const found = ({ tool, others = [] }: CorpusEntry): boolean =>
    findPoisoning({ tools: [tool], resources: [], prompts: [] }, [{ server: 'other', tools: others }]).length > 0;
  return {
    poisoned: poisoned?.length ?? 0, harmless: harmless?.length ?? 0,
    missed: poisoned?.filter((entry) => !found(entry)).map(({ id }) => id) ?? [],
    alarms: harmless?.filter(found).map(({ id }) => id) ?? [],
  };
}
