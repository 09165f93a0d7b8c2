import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deadProcess, processes, scratch, type Scratch } from '../../test/faults/files-fixture.ts';
import { sweepTemporaries, writeAtomically } from './atomic-write.ts';

describe('an atomic write', () => {
  let here: Scratch;
  let path: string;
  beforeEach(() => {
    here = scratch();
    path = here.path('mcp.json');
  });
  afterEach(() => here[Symbol.dispose]());

  const content = Buffer.from('new');
  const writer = processes.self();

  it('makes a file with the mode that it is given', () => {
    expect(writeAtomically({ path, content, mode: 0o600, writer })).toBe('written');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(here.folder)).toEqual(['mcp.json']);
  });

  it('keeps mode and owner of a file that is there', () => {
    writeFileSync(path, 'old');
    chmodSync(path, 0o640);
    writeAtomically({ path, content, mode: 0o600, writer });
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  it('writes what a symbolic link leads to, and keeps the link', () => {
    mkdirSync(here.path('dotfiles'));
    writeFileSync(here.path('dotfiles/real.json'), 'old');
    symlinkSync('dotfiles/real.json', path);
    writeAtomically({ path, content, mode: 0o600, writer });
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(readFileSync(here.path('dotfiles/real.json'), 'utf8')).toBe('new');
    expect(readdirSync(here.path('dotfiles'))).toEqual(['real.json']);
  });

  it('makes the file that a dangling link leads to', () => {
    mkdirSync(here.path('dotfiles'));
    symlinkSync('dotfiles/real.json', path);
    writeAtomically({ path, content, mode: 0o600, writer });
    expect(readFileSync(here.path('dotfiles/real.json'), 'utf8')).toBe('new');
  });

  it('treats a write that came out short as a full disk, and keeps the original', () => {
    writeFileSync(path, 'old');
    const short = (descriptor: number, bytes: Uint8Array): void => void writeSync(descriptor, bytes, 0, 1);
    expect(() => writeAtomically({ path, content, mode: 0o600, writer, write: short })).toThrow(expect.objectContaining({ code: 'DISK', message: expect.stringContaining(path) as string }));
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(here.folder)).toEqual(['mcp.json']);
  });

  it('leaves everything as it is when it is declined at the last moment', () => {
    writeFileSync(path, 'old');
    expect(writeAtomically({ path, content, mode: 0o600, writer, mayReplace: () => false })).toBe('declined');
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(here.folder)).toEqual(['mcp.json']);
  });

  it('says which path has no folder, or leads in a circle', () => {
    symlinkSync('b', here.path('a'));
    symlinkSync('a', here.path('b'));
    for (const bad of [here.path('none/mcp.json'), here.path('a')]) {
      expect(() => writeAtomically({ path: bad, content, mode: 0o600, writer })).toThrow(expect.objectContaining({ code: 'DISK', message: expect.stringContaining(bad) as string }));
    }
  });

  it('sweeps what dead writers left, and nothing else', () => {
    const { pid, startTime, bootId, pidNamespace } = deadProcess();
    const living = `.cc-mcp.${writer.pid}.${writer.startTime}.${writer.bootId}.${writer.pidNamespace}.0a.tmp`;
    for (const name of [`.cc-mcp.${pid}.${startTime}.${bootId}.${pidNamespace}.0a.tmp`, living, '.cc-mcp.tmp', 'mcp.json']) writeFileSync(here.path(name), '');
    sweepTemporaries(path, processes);
    expect(readdirSync(here.folder).toSorted()).toEqual([living, '.cc-mcp.tmp', 'mcp.json'].toSorted());
  });
});
