import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scratch, type Scratch } from '../../test/faults/files-fixture.ts';
import { sha256 } from '../domain/fingerprint.ts';
import { NO_PERMISSIONS, type DockerServer, type ManifestLocation, type ManifestServer } from '../domain/manifest.ts';

const SERVER: DockerServer = {
  mode: 'docker', image: 'cc-mcp/postgres-mcp:0.3.0', volumes: { './data': '/workspace:ro' }, environment: { DATABASE_URI: '${secret:DATABASE_URI}' },
  limits: { memory: '512m', cpus: '0.5', pids: 128 }, arguments: ['--access-mode', 'restricted'],
  source: { type: 'pypi', package: 'postgres-mcp', version: '^0.3', overrides: ['mcp<2'], systemPackages: ['git', 'libpq5'], bin: 'postgres-mcp' },
  permissions: { net: ['db.internal:5432'], read: ['./project'], write: [], env: ['PGTZ'], scripts: true, controlFiles: true },
  statePaths: [{ path: '/data', environment: { STATE: '/data/x' } }], standby: 'after-session', service: { transport: 'http', port: 8000, path: '/mcp' }, pathsAsArguments: true, package: 'postgres-mcp',
};
const PLAIN: DockerServer = { mode: 'docker', volumes: {}, environment: {}, limits: {}, arguments: [], permissions: NO_PERMISSIONS, statePaths: [], standby: 'safe', pathsAsArguments: false };

let here: Scratch;
let path: string;
beforeEach(() => {
  here = scratch();
  path = here.path('mcp.json');
});
afterEach(() => here[Symbol.dispose]());

const locate = (): Promise<ManifestLocation> => here.manifests.locate({ path, workingFolder: here.folder, environment: {}, forRun: false });
const serversOf = async (text: string): Promise<ReadonlyMap<string, ManifestServer>> => {
  writeFileSync(path, text);
  return (await here.manifests.read(await locate())).servers;
};
const write = async (name: string, server: DockerServer | undefined): Promise<string> => {
  await here.manifests.writeServer(await locate(), name, server);
  return readFileSync(path, 'utf8');
};

describe('reading a manifest', () => {
  it('reads what is not there as empty', async () => {
    expect(await here.manifests.read(await locate())).toMatchObject({ servers: new Map(), contentHash: sha256('') });
  });

  it('reads the nested form, with numbers where people write them and keys of others beside ours', async () => {
    const servers = await serversOf(`{ // mine
      "mcpServers": { "a": { "mode": "docker", "command": "cc-mcp", "args": ["run", "a"], "disabled": false,
        "docker": { "image": "x", "volumes": ["./data:/workspace:ro", "/b:/c:rw"], "limits": { "memory": 1048576, "cpus": 0.5, "pids": 7 }, "args": ["--x"], "network": "db", "colour": 1 },
        "source": { "type": "npm", "package": "p", "updatePolicy": "startup" }, "permissions": { "net": [], "read": ["./r"] }, "statePaths": ["/data"], "standby": 0 } }, "inputs": [] }`);
    expect(servers.get('a')).toEqual({
      ...PLAIN, image: 'x', volumes: { './data': '/workspace:ro', '/b': '/c' }, limits: { memory: '1048576', cpus: '0.5', pids: 7 }, arguments: ['--x'], network: 'db',
      source: { type: 'npm', package: 'p', overrides: [] }, permissions: { ...NO_PERMISSIONS, read: ['./r'] }, statePaths: [{ path: '/data', environment: {} }], standby: 'off',
    });
  });

  it('reads the flat form', async () => {
    const servers = await serversOf('{"mcpServers":{"filesystem":{"mode":"docker","image":"cc-mcp/filesystem:latest","volumes":{"./project":"/workspace"},"environment":{"MCP_MODE":"restricted"},"limits":{"memory":"512m","cpus":"0.5"},"args":["--x"]}}}');
    expect(servers.get('filesystem')).toEqual({ ...PLAIN, image: 'cc-mcp/filesystem:latest', volumes: { './project': '/workspace' }, environment: { MCP_MODE: 'restricted' }, limits: { memory: '512m', cpus: '0.5' }, arguments: ['--x'] });
  });

  it('takes what a client can start for external, and what only cc-mcp could for ours', async () => {
    const servers = await serversOf('{"mcpServers":{"a":{"command":"npx","args":["x"]},"b":{"url":"http://x"},"c":{"mode":"external","image":"x","command":"y"},"d":{"image":"x"},"e":{}}}');
    expect([...servers].map(([name, { mode }]) => `${name} ${mode}`)).toEqual(['a external', 'b external', 'c external', 'd docker', 'e external']);
    expect(servers.get('a')).toEqual({ mode: 'external', command: 'npx', args: ['x'] });
  });

  it.each([
    ['[]', 1, 1, 'the file is not an object'],
    ['{"mcpServers":[]}', 1, 15, 'mcpServers: expected'],
    ['{\n "mcpServers": {\n  "a": { "mode": "docker", "docker": { "limits": { "pids": "many" } } } } }', 3, 60, 'mcpServers.a.docker.limits.pids: expected number'],
    ['{"mcpServers":{"a":7}}', 1, 20, 'mcpServers.a: expected'],
    ['{"mcpServers":{"a":{"mode":"podman"}}}', 1, 28, 'mcpServers.a.mode'],
    ['{"mcpServers":{"a":{"mode":"docker","source":{"type":"npmm"}}}}', 1, 54, 'mcpServers.a.source.type'],
    ['{"mcpServers":{"a":{"mode":"docker","source":{"type":"npm"}}}}', 1, 46, 'mcpServers.a.source.package'],
    ['{"mcpServers":{"a":{"mode":"docker","docker":{"volumes":["/a"]}}}}', 1, 58, 'mcpServers.a.docker.volumes.0: expected "HOST:CONTAINER"'],
    ['{"mcpServers":{"a":{"mode":"docker","docker":{"environment":{"PORT":1}}}}}', 1, 69, 'mcpServers.a.docker.environment.PORT: expected string'],
    ['{"mcpServers":{"a":{},\n"a":{}}}', 2, 1, 'two entries named "a"'],
    ['{"mcpServers":', 1, 15, 'value expected'],
    ['', 1, 1, 'it is empty'],
  ])('names line, column and key of what is wrong: %s', async (text, line, column, message) => {
    await expect(serversOf(text)).rejects.toMatchObject({ code: 'MANIFEST_INVALID', details: { path, line, column }, message: expect.stringContaining(message) as string });
    await expect(write('a', PLAIN)).rejects.toMatchObject({ code: 'MANIFEST_INVALID' });
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('is not harmed by hostile keys', async () => {
    const servers = await serversOf('{"__proto__":{"mode":"docker"},"mcpServers":{"__proto__":{"mode":"docker","command":"x"},"constructor":{"mode":"docker","docker":{"environment":{"__proto__":"x","toString":"y"}}}}}');
    expect([...servers.keys()]).toEqual(['__proto__', 'constructor']);
    expect(servers.get('constructor')).toEqual({ ...PLAIN, environment: { toString: 'y' } });
    expect(({} as Record<string, unknown>)['mode']).toBeUndefined();
  });
});

describe('writing a server', () => {
  it('makes a file that any client can use, and reads the same server from it', async () => {
    const text = await write('postgres-mcp', SERVER);
    expect(JSON.parse(text)).toMatchObject({ mcpServers: { 'postgres-mcp': { mode: 'docker', command: 'cc-mcp', args: ['run', 'postgres-mcp'] } } });
    expect(text.endsWith('}\n')).toBe(true);
    expect(statSync(path).mode & 0o777 & ~0o022).toBe(0o644);
    for (const server of [SERVER, PLAIN, { ...SERVER, permissions: { ...NO_PERMISSIONS, net: true } }]) {
      await write('postgres-mcp', server);
      expect((await here.manifests.read(await locate())).servers.get('postgres-mcp')).toEqual(server);
    }
  });

  it('touches nothing when the same is written again', async () => {
    await write('a', SERVER);
    const before = statSync(path);
    await write('a', SERVER);
    expect(statSync(path).ino).toBe(before.ino);
  });

  it('gives the same bytes back when what it added is removed', async () => {
    for (const text of ['{}', '\uFEFF{\r\n\t"mcpServers": {\r\n\t\t// mine\r\n\t\t"x": { "command": "y" } // keep\r\n\t},\r\n\t"inputs": [],\r\n}', '{"mcpServers":{}}', '{ "other": 1 /* c */ }\n', '{\n    "mcpServers": {\n        "x": {}\n    }\n}']) {
      writeFileSync(path, text);
      await write('a', SERVER);
      await write('a', undefined);
      expect(readFileSync(path, 'utf8')).toBe(text);
    }
  });

  it('changes only what differs: comments, numbers, foreign keys and the order of an entry stay', async () => {
    const text = `{
  "mcpServers": {
    "a": {
      "docker": {
        "image": "old", // the image
        "limits": { "cpus": 0.5, "memory": 1048576 },
        "labels": ["foreign"]
      },
      "source": { "type": "npm", "package": "p", "updatePolicy": "startup" /* mine */ },
      "mode": "docker",
      "timeout": 5
    }
  }
}
`;
    const server = (await serversOf(text)).get('a') as DockerServer;
    const after = await write('a', { ...server, image: 'new', limits: { cpus: '0.5', memory: '1048576', pids: 9 } });
    expect(after).toBe(text
      .replace('"old"', '"new"').replace('"memory": 1048576 }', '"memory": 1048576, "pids": 9 }')
      .replace('"timeout": 5', '"timeout": 5,\n      "command": "cc-mcp",\n      "args": [\n        "run",\n        "a"\n      ]'));
  });

  it('keeps the flat form, and volumes as the list that they were', async () => {
    writeFileSync(path, '{\n  "mcpServers": {\n    "a": {\n      "mode": "docker",\n      "image": "x",\n      "volumes": ["./a:/a"],\n      "environment": { "K": "v" }\n    }\n  }\n}\n');
    const server = (await here.manifests.read(await locate())).servers.get('a') as DockerServer;
    const text = await write('a', { ...server, volumes: { ...server.volumes, './b': '/b:ro' }, environment: {}, arguments: ['--y'] });
    expect(JSON.parse(text)).toEqual({ mcpServers: { a: { mode: 'docker', image: 'x', volumes: ['./a:/a', './b:/b:ro'], command: 'cc-mcp', args: ['run', 'a'], arguments: ['--y'], permissions: undefined } } });
    expect((await here.manifests.read(await locate())).servers.get('a')).toEqual({ ...server, volumes: { './a': '/a', './b': '/b:ro' }, environment: {}, arguments: ['--y'] });
  });

  it('turns an external entry into ours, with what else stood in it', async () => {
    writeFileSync(path, '{"mcpServers":{"a":{"url":"http://x","command":"npx","args":["y"],"timeout":5}}}');
    await write('a', SERVER);
    expect((await here.manifests.read(await locate())).servers.get('a')).toEqual(SERVER);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ mcpServers: { a: { timeout: 5, command: 'cc-mcp', args: ['run', 'a'] } } });
    expect(readFileSync(path, 'utf8')).not.toContain('http://x');
  });

  it.each([
    ['{"mcpServers":{"a":{"command":"npx","args":["-y","x"],"env":{"TOKEN":"ghp_1","PORT":8,"DEEP":{}}},"b":{"url":"http://x"}}}'],
    ['\uFEFF{\r\n\t// mine\r\n\t"mcpServers": {\r\n\t\t"a": { // why\r\n\t\t\t"type": "stdio", /* c */ "command": "npx",\r\n\t\t\t"args": [ "-y" , "x" ], // args\r\n\t\t\t"env": { "T": "1" }, "cwd": "/x", "envFile": ".env",\r\n\t\t\t"autoApprove": ["y"],\r\n\t\t}, // after\r\n\t\t"d": { "mode": "docker", "docker": { "image": "i", "mine": 1 } }\r\n\t},\r\n\t"inputs": [],\r\n}'],
    ['{ "mcpServers": { "a": {"mode":"external","command":"uvx","args":["x"],"docker":{"image":"kept"}} } }\n'],
  ])('[N8] gives an external entry back byte for byte after ours had its place: %j', async (text) => {
    writeFileSync(path, text);
    const before = await here.manifests.entryText(await locate(), 'a') ?? '';
    const migrated = await write('a', SERVER);
    expect(migrated).not.toMatch(/ghp_1|envFile|"cwd"|"T":/);
    expect(migrated.slice(0, text.indexOf(before))).toBe(text.slice(0, text.indexOf(before)));
    expect(migrated.endsWith(text.slice(text.indexOf(before) + before.length))).toBe(true);
    expect((await here.manifests.read(await locate())).servers.get('a')).toEqual(SERVER);
    await here.manifests.restoreEntry(await locate(), 'a', before);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('[N8] reads what an external entry sets, and a file whose external entries are odd', async () => {
    const servers = await serversOf('{"mcpServers":{"a":{"command":"npx","args":["x"],"env":{"A":"1","PORT":8,"ON":true},"cwd":"/w","envFile":".env"},"b":{"command":"y","env":["A=1"],"cwd":7}}}');
    expect(servers.get('a')).toEqual({ mode: 'external', command: 'npx', args: ['x'], env: { A: '1', PORT: '8', ON: 'true' }, cwd: '/w', envFile: '.env' });
    expect(servers.get('b')).toEqual({ mode: 'external', command: 'y', args: [] });
  });

  it('takes the file away that it made, with the last of its servers, and no other', async () => {
    await write('a', PLAIN);
    await write('b', PLAIN);
    await write('a', undefined);
    expect(existsSync(path)).toBe(true);
    await here.manifests.writeServer(await locate(), 'b', undefined);
    expect(existsSync(path)).toBe(false);
    writeFileSync(path, '{"mcpServers":{"b":{}}}');
    expect(await write('b', undefined)).toBe('{"mcpServers":{}}');
  });

  it('follows a symbolic link, and keeps the mode', async () => {
    mkdirSync(here.path('dotfiles'));
    writeFileSync(here.path('dotfiles/real.json'), '{}');
    chmodSync(here.path('dotfiles/real.json'), 0o600);
    symlinkSync('dotfiles/real.json', path);
    await write('a', PLAIN);
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect((await locate()).folder).toBe(here.folder);
  });

  it('of nothing into nothing makes no file', async () => {
    await here.manifests.writeServer(await locate(), 'a', undefined);
    expect(existsSync(path)).toBe(false);
  });
});
