import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scratch, UID, type Scratch } from '../../test/faults/files-fixture.ts';
import { createHome } from './home.ts';
import { removeHome } from './remove-home.ts';

let here: Scratch;
beforeEach(() => {
  here = scratch();
});
afterEach(() => here[Symbol.dispose]());

describe('the home', () => {
  it('is made by the first thing that is written, for the user alone', () => {
    expect(here.home.exists()).toBe(false);
    here.home.makeFolder('run', 'journal');
    for (const folder of ['home', 'home/run', 'home/run/journal']) expect(statSync(here.path(folder)).mode & 0o777).toBe(0o700);
  });

  it('that is a file, cannot be made, or is read-only is named, with the variable that moves it', () => {
    writeFileSync(here.path('file'), '');
    for (const [folder, message] of [['file', 'is a file'], ['file/home', 'not a folder'], ['/proc/home', '/proc/home']] as const) {
      expect(() => createHome(folder.startsWith('/') ? folder : here.path(folder), UID).makeFolder()).toThrow(expect.objectContaining({
        code: 'DISK', message: expect.stringContaining(message) as string, suggestions: expect.arrayContaining([expect.stringContaining('CC_MCP_HOME')]) as string[],
      }));
    }
  });

  it('is refused when others can write to it or another user owns it', () => {
    mkdirSync(here.path('home'));
    chmodSync(here.path('home'), 0o770);
    expect(() => here.home.exists()).toThrow(expect.objectContaining({ code: 'REFUSED' }));
    chmodSync(here.path('home'), 0o755);
    expect(here.home.exists()).toBe(true);
    expect(() => createHome(here.path('home'), UID + 1).exists()).toThrow(expect.objectContaining({ code: 'REFUSED' }));
  });
});

describe('removing the home', () => {
  it('leaves nothing of ours', () => {
    for (const folder of ['bin', 'run/journal', 'secrets/x', 'logs', 'cache']) here.home.makeFolder(...folder.split('/'));
    for (const file of ['state.json', 'approvals.json', 'created.json', 'state.json.corrupt-20261121T000000Z', 'bin/cc-mcp']) writeFileSync(here.home.path(file), '');
    writeFileSync(here.home.path('mcp.json'), '{ "mcpServers": {} }');
    expect(removeHome(here.home.folder)).toEqual([]);
    expect(existsSync(here.home.folder)).toBe(false);
    expect(removeHome(here.home.folder)).toEqual([]);
  });

  it('keeps what the user or somebody else put there, and names it', () => {
    here.home.makeFolder('bin');
    here.home.makeFolder('projects');
    for (const file of ['config.json', 'state.json']) writeFileSync(here.home.path(file), '{}');
    writeFileSync(here.home.path('mcp.json'), '{"mcpServers":{"mine":{"command":"x"}}}');
    expect(removeHome(here.home.folder).toSorted()).toEqual(['config.json', 'mcp.json', 'projects'].map((name) => here.home.path(name)));
    expect(readdirSync(here.home.folder).toSorted()).toEqual(['config.json', 'mcp.json', 'projects']);
  });
});
