import { describe, expect, it } from 'vitest';
import { writableByOthers } from './file-mode.ts';

describe('writableByOthers', () => {
  it.each([[0o644, 1000, 1000, false], [0o664, 1000, 1000, false], [0o664, 1000, 100, true], [0o666, 1000, 1000, true], [0o775, 1000, 27, true], [0o664, 0, 0, true]])('%o of %i:%i is %s', (mode, uid, gid, expected) => {
    expect(writableByOthers({ mode, uid, gid })).toBe(expected);
  });
});
