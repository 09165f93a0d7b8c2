import { mkdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scratch, type Scratch } from '../../test/faults/files-fixture.ts';
import { openedProject } from './opened-project.ts';

let here: Scratch;
beforeEach(() => {
  here = scratch();
  mkdirSync(here.path('repository/.git'), { recursive: true });
  mkdirSync(here.path('repository/deep/er'), { recursive: true });
});
afterEach(() => here[Symbol.dispose]());

describe('openedProject', () => {
  it('is what the client says, relative to where it started run', () => {
    expect(openedProject({ workingFolder: here.path('repository/deep'), environment: { CLAUDE_PROJECT_DIR: '/a/b/../c' } })).toBe('/a/c');
    expect(openedProject({ workingFolder: here.folder, environment: { CLAUDE_PROJECT_DIR: 'repository' } })).toBe(here.path('repository'));
  });

  it('is else the git root, and nothing outside of one', () => {
    expect(openedProject({ workingFolder: here.path('repository/deep/er'), environment: { CLAUDE_PROJECT_DIR: '' } })).toBe(here.path('repository'));
    expect(openedProject({ workingFolder: here.folder, environment: {} })).toBeUndefined();
  });
});
