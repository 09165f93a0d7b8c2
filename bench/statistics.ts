/** Of numbers that need not be sorted. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}

/**
 * Each case in turn, round after round, so that whatever else the machine does falls on all of them alike. The first round warms
 * caches and does not count.
 */
export async function interleaved<Name extends string>(rounds: number, cases: Readonly<Record<Name, () => Promise<number>>>): Promise<Record<Name, number[]>> {
  const names = Object.keys(cases) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of names) {
      const value = await cases[name]();
      if (round > 0) samples[name].push(value);
    }
  }
  return samples;
}
