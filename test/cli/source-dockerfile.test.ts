import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageRegistry } from '../support/image-registry.ts';
import type { ImageRegistry } from '../support/image-registry.ts';
import { writeFiles } from '../support/own-servers.ts';
import { dropPulled, logIn, mirrorTo, pushBase } from '../support/pushed-base.ts';
import { callText, docker, homeIdOf, userHome } from '../support/user-home.ts';
import type { UserHome } from '../support/user-home.ts';

const CANARY = 'canary-3f9a7c';

/** Looks for what a build must not have: credentials, the local network and this machine, caches and the engine. */
const SEARCH = `
import { execSync } from 'node:child_process';
import { readFileSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
const reached = await Promise.all(readFileSync('addresses.txt', 'utf8').trim().split('\\n').map((address) => fetch(address, { signal: AbortSignal.timeout(3000) }).then(() => address, () => undefined)));
const held = execSync("grep -rlsE 'canary-3f9a[7]c' / --exclude-dir=proc --exclude-dir=sys --exclude-dir=dev || true").toString().split('\\n').filter(Boolean);
writeFileSync('found.json', JSON.stringify({
  reached: reached.filter(Boolean), held, environment: Object.keys(process.env).filter((name) => process.env[name].includes('canary') || /proxy|token/i.test(name)),
  there: ['/var/run/docker.sock', '/run/secrets', '/root/.npmrc', '/root/.npm/_cacache', '/root/.cache/uv', '/io.cc-mcp'].filter((path) => existsSync(path) && (!path.endsWith('cache') || readdirSync(path).length > 0)),
}));
`;
const SERVER = `
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { serve, text } from './protocol.mjs';
const written = (path) => { try { writeFileSync(path, 'x'); return true; } catch { return false; } };
serve({ 'tools/call': () => text(JSON.stringify({
  answer: 1, uid: process.getuid(), folder: process.cwd(), arguments: process.argv.slice(2), found: JSON.parse(readFileSync('found.json', 'utf8')),
  data: written('/data/x'), root: written('/app/x'), size: execFileSync('df', ['--output=size', '/data']).toString().split('\\n')[1].trim(),
})) });
`;
const DOCKERFILE = `# syntax=docker/dockerfile:1
ARG TAG=1
FROM registry.test/base/node:\${TAG} AS build
WORKDIR /build
COPY . .
RUN --mount=type=cache,target=/root/.npm \\
    node search.mjs
FROM registry.test/base/node:\${TAG}
WORKDIR /app
COPY --from=build /build/ ./
VOLUME ["/data"]
HEALTHCHECK --interval=1s CMD touch /health
USER 0
EXPOSE 9999
ENTRYPOINT ["node"]
CMD ["server.mjs", "--from-cmd"]
`;

/** Three builds in a row, on a busy machine. */
const PATIENT = 600_000;

let registry: ImageRegistry;
let user: UserHome;
let listener: Server;
const asked: string[] = [];

beforeAll(async () => {
  registry = await imageRegistry({ locked: true });
  await pushBase(registry, 'base/node:1');
  await pushBase(registry, 'labelled/node:1', 'LABEL io.cc-mcp.recipe=forged\n');
  await pushBase(registry, 'trigger/node:1', 'ONBUILD RUN touch /was-here\n');
  listener = createServer((request, response) => {
    asked.push(String(request.url));
    response.end('hello');
  }).listen(0, '0.0.0.0');
  user = await userHome();
  mirrorTo(user, registry);
  logIn(registry, join(user.home, '.docker'));
  mkdirSync(join(user.folder, '.git'));
});
afterAll(async () => {
  listener.close();
  await user[Symbol.asyncDispose]();
  await dropPulled(registry);
  await registry[Symbol.asyncDispose]();
});

async function thisMachine(): Promise<string> {
  const gateway = await docker('network', 'inspect', 'bridge', '--format', '{{(index .IPAM.Config 0).Gateway}}');
  return `http://${gateway}:${(listener.address() as AddressInfo).port}`;
}

async function writeServer(folder: string, dockerfile = DOCKERFILE): Promise<void> {
  writeFiles(folder, {
    Dockerfile: dockerfile, 'search.mjs': SEARCH, 'server.mjs': SERVER, '.env': `TOKEN=${CANARY}\n`, '.npmrc': `//x/:_authToken=${CANARY}\n`, '.dockerignore': 'Dockerfile\n',
    'addresses.txt': `${await thisMachine()}/search\nhttp://127.0.0.1:${(listener.address() as AddressInfo).port}/search\nhttp://${registry.host}/v2/\nhttp://169.254.169.254/\n`,
  });
  cpSync(join(import.meta.dirname, '../fixtures/servers/protocol.mjs'), join(folder, 'protocol.mjs'));
}

describe('[N9] [N13] a Dockerfile of a folder\'s own', () => {
  it('[N1] is built where the user says so, finds nothing of this machine, runs under our profile, and is the same for a colleague', async () => {
    const folder = join(user.folder, 'own');
    await writeServer(folder);
    const offered = await user.json(['install', './own', '--project', '--yes']);
    // What .dockerignore leaves out is not seen before it is named.
    expect([offered.code, offered.envelope.error.code]).toEqual([3, 'PACKAGE_NOT_FOUND']);
    const installed = await user.json(['install', './own', '--project', '--dockerfile', 'Dockerfile', '--enable', '--yes'], { env: { MY_TOKEN: CANARY, HTTPS_PROXY: `http://me:${CANARY}@127.0.0.1:9` } });
    expect(installed.envelope, installed.stderr).toMatchObject({ ok: true, result: { outcome: 'installed', built: true, enabled: true } });
    const { code } = installed.envelope.result.plan as { code: { what: string; name: string; origin: string }[] };
    expect(code).toEqual(expect.arrayContaining([
      { what: 'Dockerfile', name: 'Dockerfile, whose steps run while it is built, without network', origin: 'the folder, by your --dockerfile' },
      { what: 'base image', name: expect.stringMatching(/^registry\.test\/base\/node:1@sha256:[0-9a-f]{64}$/), origin: 'its Dockerfile' },
    ]));
    const answer = JSON.parse(await callText(await user.connect('own'), 'echo', {}));
    expect(answer).toEqual({ answer: 1, uid: 10001, folder: '/app', arguments: ['--from-cmd'], found: { reached: [], held: [], environment: [], there: [] }, data: true, root: false, size: '65536' });
    expect(asked).toEqual([]);
    const image = String(installed.envelope.result.image);
    const [config] = JSON.parse(await docker('image', 'inspect', image)) as { Config: Record<string, unknown> }[];
    expect(config?.Config).toMatchObject({ User: '10001:10001', Volumes: null, Healthcheck: { Test: ['NONE'] } });
    const container = (await docker('ps', '--quiet', '--filter', `label=io.cc-mcp.home=${await homeIdOf(user)}`, '--filter', 'label=io.cc-mcp.server=own')).split('\n')[0] ?? '';
    expect(JSON.parse(await docker('inspect', container))[0]).toMatchObject({ Mounts: [], HostConfig: { PortBindings: {} }, Config: { Healthcheck: { Test: ['NONE'] }, User: '10001:10001' } });
    const lock = readFileSync(join(user.folder, 'mcp.lock.json'), 'utf8') + readFileSync(join(user.folder, 'mcp.lock.d/own.dockerfile.json'), 'utf8');
    for (const secret of [registry.password, registry.host, CANARY, user.home]) expect(lock).not.toContain(secret);
    expect((await user.json(['rebuild', 'own'])).envelope).toMatchObject({ ok: true, result: { outcome: 'unchanged' } });

    // The tag moves on: whoever has the lock still builds on what it names.
    await using colleague = await userHome();
    mirrorTo(colleague, registry);
    logIn(registry, join(colleague.home, '.docker'));
    cpSync(user.folder, colleague.folder, { recursive: true });
    writeServerAnswer(join(user.folder, 'own'), 2);
    const rebuilt = await user.json(['rebuild', 'own']);
    expect(rebuilt.envelope, rebuilt.stderr).toMatchObject({ ok: true, result: { outcome: 'rebuilt', enabled: true } });
    expect(JSON.parse(await callText(await user.connect('own'), 'echo', {}))).toMatchObject({ answer: 2 });
    await docker('image', 'rm', `${registry.host}/base/node:1`);
    await pushBase(registry, 'base/node:1', 'ENV NEWER=1\n');
    const refused = await colleague.json(['install', '--frozen', '--yes']);
    expect([refused.code, refused.envelope.error]).toEqual([5, expect.objectContaining({ code: 'CONSENT_NEEDED', message: expect.stringContaining('by a Dockerfile of its own') })]);
    const same = await colleague.json(['install', '--frozen', '--yes', '--allow-scripts']);
    expect(same.envelope, same.stderr).toMatchObject({ ok: true, result: { servers: [{ server: 'own', outcome: 'installed', recipe: installed.envelope.result.recipe }] } });

    for (const each of [user, colleague]) expect((await each.cc(['uninstall', 'own', '--yes'])).code).toBe(0);
    for (const gone of [image, String(rebuilt.envelope.result.image), String(same.envelope.result.servers[0].image)]) await expect(docker('image', 'inspect', gone)).rejects.toThrow();
  }, PATIENT);

  it('reaches the network with --build-network alone, and says so', async () => {
    const address = `${await thisMachine()}/by-build`;
    const dockerfile = `FROM registry.test/base/node:1\nRUN node -e "fetch('${address}').then(() => {}, () => { console.error('getaddrinfo ENOTFOUND'); process.exit(1); })"\nCOPY . /app\nRUN echo '{}' >/app/found.json\nWORKDIR /app\nENTRYPOINT ["node", "server.mjs"]\n`;
    await writeServer(join(user.folder, 'fetching'), dockerfile);
    const failed = await user.json(['install', './fetching', '--project', '--dockerfile', 'Dockerfile', '--yes']);
    expect(failed.envelope.error).toMatchObject({ code: 'BUILD_FAILED', message: 'A step of Dockerfile wants the network, which the build does not have: --build-network grants it' });
    expect(asked).not.toContain('/by-build');
    const installed = await user.json(['install', './fetching', '--project', '--dockerfile', 'Dockerfile', '--build-network', '--yes']);
    expect(installed.envelope, installed.stderr).toMatchObject({ ok: true, result: { outcome: 'installed' } });
    expect(installed.envelope.result.plan.code).toContainEqual(expect.objectContaining({ what: 'Dockerfile', name: expect.stringContaining('and reach the internet, the local network and this machine') }));
    expect(asked).toContain('/by-build');
    expect((await user.cc(['uninstall', 'fetching', '--yes'])).code).toBe(0);
  });

  it.each([
    ['a path that leads out', 'FROM registry.test/base/node:1\nCMD ["node"]\n', ['--dockerfile', '../Dockerfile'], 'REFUSED', 'is not a file inside the folder'],
    ['our labels', 'FROM registry.test/base/node:1\nLABEL io.cc-mcp.recipe=forged\n', [], 'REFUSED', 'sets a label of cc-mcp\'s own'],
    ['a base with our labels', 'FROM registry.test/labelled/node:1\nCMD ["node"]\n', [], 'REFUSED', 'which carries the label io.cc-mcp.recipe'],
    ['a base with steps of its own', 'FROM registry.test/trigger/node:1\nCMD ["node"]\n', [], 'REFUSED', 'which has ONBUILD steps'],
    ['an address that the engine would fetch', 'FROM registry.test/base/node:1\nADD http://127.0.0.1:1/x /x\nCMD ["node"]\n', [], 'REFUSED', 'has an ADD of something else'],
    ['nothing to start', 'FROM registry.test/base/node:1\nENTRYPOINT []\n', [], 'REFUSED', 'names no program to start'],
    ['a file outside of its folder', 'FROM registry.test/base/node:1\nCOPY ../../../../../../etc/passwd /x\nCMD ["node"]\n', [], 'BUILD_FAILED', ''],
    ['a volume over what the engine has', 'FROM registry.test/base/node:1\nVOLUME /proc/x\nCMD ["node"]\n', [], 'LOCK_INVALID', 'volumes'],
  ])('with %s it is refused in one line, and nothing is left', async (name, dockerfile, flags, code, message) => {
    const folder = `bad-${name.replaceAll(/\W/g, '')}`;
    writeFiles(join(user.folder, folder), { Dockerfile: dockerfile });
    const given = flags.length > 0 ? flags : ['--dockerfile', 'Dockerfile'];
    const { envelope, stderr } = await user.json(['install', `./${folder}`, '--project', ...given, '--yes']);
    expect(envelope.error, stderr).toMatchObject({ code, message: expect.stringContaining(message) });
    expect(envelope.error.message).not.toContain('\n');
    expect(existsSync(join(user.folder, 'mcp.json'))).toBe(false);
  });

  it('of a cloned manifest stays inside its folder', async () => {
    await using other = await userHome();
    writeFiles(other.folder, { 'x/Dockerfile': 'FROM a\n', 'mcp.json': JSON.stringify({ mcpServers: { x: { mode: 'docker', source: { type: 'local', path: './x', dockerfile: { path: '../../Dockerfile' } } } } }) });
    mkdirSync(join(other.folder, '.git'));
    const { code, envelope } = await other.json(['install', '--yes', '--allow-scripts']);
    expect([code, envelope.error.message]).toEqual([expect.any(Number), expect.stringContaining('expected the path of a file inside the folder')]);
  });
});

function writeServerAnswer(folder: string, answer: number): void {
  const path = join(folder, 'server.mjs');
  writeFileSync(path, readFileSync(path, 'utf8').replace('answer: 1', `answer: ${answer}`));
}
