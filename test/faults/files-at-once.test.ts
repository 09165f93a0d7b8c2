import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { NO_PERMISSIONS, type DockerServer, type ManifestLocation } from '../../src/domain/manifest.ts';
import type { FileEditor } from '../../src/store/edit-file.ts';
import { createLockStore } from '../../src/store/lock-store.ts';
import { createManifestStore } from '../../src/store/manifest-store.ts';
import { processes, scratch, UID, type Scratch } from './files-fixture.ts';

const SERVER: DockerServer = { mode: 'docker', image: 'x', volumes: {}, environment: {}, limits: {}, arguments: [], permissions: NO_PERMISSIONS, statePaths: [], standby: 'safe', pathsAsArguments: false };

function startWriter(...args: readonly string[]): ChildProcess {
  return fork(new URL('./files-writer.ts', import.meta.url), args, { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
}

function locationOf(here: Scratch): Promise<ManifestLocation> {
  return here.manifests.locate({ path: here.path('mcp.json'), workingFolder: here.folder, environment: {}, forRun: false });
}

describe('writers at once', () => {
  it('[M9] lose no entry of any file: six processes, twenty read-modify-writes each', async () => {
    using here = scratch();
    const mine = '{\r\n\t// mine\r\n\t"mcpServers": {\r\n\t\t"x": { "command": "y" } // keep\r\n\t}\r\n}\r\n';
    writeFileSync(here.path('mcp.json'), mine);
    const writers = Array.from({ length: 6 }, (_, index) => startWriter('add', here.folder, `w${index}`, '20'));
    const codes = await Promise.all(writers.map(async (writer) => (await once(writer, 'exit'))[0] as number));
    expect(codes).toEqual(writers.map(() => 0));

    const names = writers.flatMap((_, writer) => Array.from({ length: 20 }, (__, index) => `w${writer}-${index}`)).toSorted();
    const location = await locationOf(here);
    const { servers } = await here.manifests.read(location);
    expect([...servers.keys()].toSorted()).toEqual([...names, 'x']);
    for (const name of names) expect(servers.get(name)).toMatchObject({ mode: 'docker', image: name });
    const text = readFileSync(here.path('mcp.json'), 'utf8');
    expect(text.startsWith('{\r\n\t// mine\r\n\t"mcpServers": {\r\n\t\t"x": { "command": "y" }, // keep\r\n')).toBe(true);
    expect(text.replaceAll('\r\n', '')).not.toContain('\n');

    const locks = createLockStore({ editor: here.files.editor, processes });
    expect(Object.keys((await locks.read(location)).servers).toSorted()).toEqual(names);
    expect(readdirSync(here.path('mcp.lock.d')).toSorted()).toEqual(names.map((name) => `${name}.package-lock.json`));
    expect((await here.state.servers()).map(({ server }) => server).toSorted()).toEqual(names);
    const client = JSON.parse(readFileSync(here.path('.claude.json'), 'utf8')) as { projects: Record<string, { mcpServers: object }> };
    expect(Object.keys(client.projects[here.folder]?.mcpServers ?? {}).toSorted()).toEqual(names);
    expect(readdirSync(here.folder).toSorted()).toEqual(['.claude.json', 'home', 'mcp.json', 'mcp.lock.d', 'mcp.lock.json']);
  });

  it('[M9] wait for one that lives, and break the lock of one that was killed', async () => {
    using here = scratch();
    const location = await locationOf(here);
    const holder = startWriter('hold', here.folder);
    await once(holder, 'message');
    let done = false;
    const written = here.manifests.writeServer(location, 'a', SERVER).then(() => { done = true; });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(done).toBe(false);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    await written;
    expect((await here.manifests.read(location)).servers.get('a')).toEqual(SERVER);
    expect(readdirSync(here.folder).toSorted()).toEqual(['home', 'mcp.json']);
  });
});

describe('an editor that saves between our read and our rename', () => {
  const saves: Readonly<Record<string, (path: string, text: string) => void>> = {
    'in place': (path, text) => writeFileSync(path, text),
    'by renaming': (path, text) => {
      writeFileSync(`${path}.swp`, text);
      renameSync(`${path}.swp`, path);
    },
  };

  it.each(Object.keys(saves))('[M9] %s loses nothing, and neither do we', async (way) => {
    using here = scratch();
    const text = (version: number): string => `{\n  // version ${version} of the editor\n  "mcpServers": {\n    "theirs-${version}": { "command": "x" }\n  }\n}\n`;
    writeFileSync(here.path('mcp.json'), text(0));
    const location = await locationOf(here);
    let version = 0;
    const editor: FileEditor = {
      edit: (path, mode, decide) => here.files.editor.edit(path, mode, (found) => {
        const decision = decide(found);
        if (path === location.path && version < 3) saves[way]?.(path, text((version += 1)));
        return decision;
      }),
    };
    const manifests = createManifestStore({ files: { ...here.files, editor }, uid: UID, idOf: async () => location.id });
    await manifests.writeServer(location, 'ours', SERVER);
    expect(readFileSync(location.path, 'utf8')).toMatch(/^\{\n {2}\/\/ version 3 of the editor\n {2}"mcpServers": \{\n {4}"theirs-3": \{ "command": "x" \},\n {4}"ours": \{\n/);
    expect([...(await here.manifests.read(location)).servers.keys()]).toEqual(['theirs-3', 'ours']);
  });
});
