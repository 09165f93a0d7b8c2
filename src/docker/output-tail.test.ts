import { describe, expect, it } from 'vitest';
import { OutputTail } from './output-tail.ts';

function collect(chunks: readonly string[], limit?: number): { readonly lines: string[]; readonly kept: readonly string[] } {
  const lines: string[] = [];
  const tail = new OutputTail((line) => lines.push(line), limit === undefined ? {} : { limit });
  for (const chunk of chunks) tail.push(chunk);
  tail.end();
  return { lines, kept: tail.lines };
}

describe('OutputTail', () => {
  it('joins what was cut, and gives a last line without its end', () => {
    expect(collect(['on', 'e\ntw', 'o\n\nthree']).lines).toEqual(['one', 'two', '', 'three']);
  });

  it('shows of a progress bar what a terminal would', () => {
    expect(collect(['10 %\r20 %\rdone\r\n']).lines).toEqual(['done']);
  });

  it('cuts a line that does not end', () => {
    expect(collect(['x'.repeat(40_000)]).lines.map((line) => line.length)).toEqual([16_384, 16_384, 7232]);
  });

  it('keeps the last lines only', () => {
    const { lines, kept } = collect(['aaaa\nbbbb\ncccc\n'], 10);
    expect(lines).toHaveLength(3);
    expect(kept).toEqual(['bbbb', 'cccc']);
  });
});
