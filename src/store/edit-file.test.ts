import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clock, processes, scratch, type Scratch } from '../../test/faults/files-fixture.ts';
import { CcMcpError } from '../domain/errors.ts';
import { createFileEditor } from './edit-file.ts';

describe('an edit of a file', () => {
  let here: Scratch;
  let path: string;
  beforeEach(() => {
    here = scratch();
    path = here.path('mcp.json');
  });
  afterEach(() => here[Symbol.dispose]());

  const editor = createFileEditor({ processes, clock });
  const append = (text: string, meanwhile: () => void = () => undefined): Promise<number> => {
    let calls = 0;
    return editor.edit(path, 0o600, ({ content }) => {
      calls += 1;
      if (calls === 1) meanwhile();
      return { change: Buffer.from(`${content === undefined ? '' : Buffer.from(content.bytes).toString()}${text}`), result: calls };
    });
  };

  it('is made again on top of what an editor saved in between, in place or by renaming', async () => {
    writeFileSync(path, 'a');
    expect(await append('!', () => writeFileSync(path, 'b'))).toBe(2);
    expect(readFileSync(path, 'utf8')).toBe('b!');
    const save = (): void => {
      writeFileSync(here.path('swap'), 'c');
      renameSync(here.path('swap'), path);
    };
    expect(await append('?', save)).toBe(2);
    expect(readFileSync(path, 'utf8')).toBe('c?');
  });

  it('notices a save of the same bytes by renaming, and a file that came to be', async () => {
    expect(await append('x', () => writeFileSync(path, 'theirs'))).toBe(2);
    expect(readFileSync(path, 'utf8')).toBe('theirsx');
  });

  it('gives up on a file that never holds still, without touching it', async () => {
    let saves = 0;
    await expect(editor.edit(path, 0o600, () => {
      saves += 1;
      writeFileSync(path, `save ${saves}`);
      return { change: Buffer.from('ours'), result: undefined };
    })).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining(path) as string });
    expect(readFileSync(path, 'utf8')).toBe(`save ${saves}`);
    expect(readdirSync(here.folder)).toEqual(['mcp.json']);
  });

  it('looks twice at what it cannot understand: an editor may be in the middle of saving', async () => {
    writeFileSync(path, '');
    setTimeout(() => writeFileSync(path, 'whole'), 10);
    const result = await editor.edit(path, 0o600, ({ content }) => {
      if (content?.bytes.length === 0) throw new CcMcpError('MANIFEST_INVALID', 'empty');
      return { change: 'keep', result: 'understood' };
    });
    expect(result).toBe('understood');
  });

  it('lets the failure of a decision out, with nothing left behind', async () => {
    writeFileSync(path, 'a');
    await expect(editor.edit(path, 0o600, () => { throw new CcMcpError('MANIFEST_INVALID', 'bad'); })).rejects.toMatchObject({ code: 'MANIFEST_INVALID' });
    expect(readdirSync(here.folder)).toEqual(['mcp.json']);
  });

  it('of the same file by many at once in one process loses nothing', async () => {
    await Promise.all(Array.from({ length: 20 }, () => append('x')));
    expect(readFileSync(path, 'utf8')).toBe('x'.repeat(20));
  });
});
