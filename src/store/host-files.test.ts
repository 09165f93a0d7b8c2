import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { scratch, UID } from '../../test/faults/files-fixture.ts';
import { createHostFiles } from './host-files.ts';

it('tells what a path leads to, and undefined where nothing is', async () => {
  using here = scratch();
  mkdirSync(here.path('real'));
  writeFileSync(here.path('real/file'), '');
  symlinkSync('real', here.path('link'));
  symlinkSync('nowhere', here.path('dangling'));
  const files = createHostFiles();
  expect(await files.inspect(here.path('link'))).toMatchObject({ realPath: here.path('real'), isDirectory: true, uid: UID });
  expect(await files.inspect(here.path('link/file'))).toMatchObject({ realPath: here.path('real/file'), isDirectory: false });
  for (const path of ['none', 'dangling', 'real/file/below']) expect(await files.inspect(here.path(path))).toBeUndefined();
});
