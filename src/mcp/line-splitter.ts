const NEWLINE = 0x0a;

export interface LineSplitter {
  readonly limit: number;
  /** `too-long`: a line went over the limit; nothing is taken after that. */
  push(chunk: Buffer): 'ok' | 'too-long';
  /** What stands behind the last newline. */
  rest(): string;
}

/** Cuts a byte stream at newlines, so that a character split over two chunks stays whole, and keeps no more than one line. */
export function createLineSplitter(limit: number, onLine: (line: string) => void): LineSplitter {
  let pieces: Buffer[] = [];
  let length = 0;
  return {
    limit,
    push(chunk) {
      let start = 0;
      for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, start)) {
        pieces.push(chunk.subarray(start, at));
        length += at - start;
        if (length > limit) return 'too-long';
        const line = Buffer.concat(pieces, length).toString('utf8');
        pieces = [];
        length = 0;
        start = at + 1;
        onLine(line);
      }
      if (start < chunk.length) {
        pieces.push(chunk.subarray(start));
        length += chunk.length - start;
      }
      if (length <= limit) return 'ok';
      pieces = pieces.slice(0, 1);
      length = pieces[0]?.length ?? 0;
      return 'too-long';
    },
    rest: () => Buffer.concat(pieces, length).toString('utf8'),
  };
}
