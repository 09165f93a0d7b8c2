import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ANSWER, fakeEngineSocket } from '../../test/support/fake-engine-socket.ts';
import { discoverEngine, tryEngines } from './discover-engine.ts';
import type { EngineStrategy, Surroundings } from './strategies/engine-strategy.ts';
import { dockerContextStrategy } from './strategies/docker-context.ts';
import { usualSocketsStrategy } from './strategies/usual-sockets.ts';

const healthy = (socket: { end(text: string): unknown }): void => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK');

/** A user with an empty home and nothing in the environment. */
async function user(changes: Partial<Surroundings> = {}): Promise<Surroundings> {
  const homeFolder = await mkdtemp(join(tmpdir(), 'cc-mcp-home-'));
  onTestFinished(() => rm(homeFolder, { recursive: true }));
  return { option: undefined, configured: undefined, environment: {}, platform: 'linux', uid: 54_321, homeFolder, ...changes };
}

async function engineAt(path: string): Promise<void> {
  const real = await fakeEngineSocket(healthy);
  await mkdir(dirname(path), { recursive: true });
  await symlink(real.path, path);
}

async function context(home: string, name: string, host: string): Promise<string> {
  const hash = createHash('sha256').update(name).digest('hex');
  const folder = join(home, '.docker/contexts/meta', hash);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'meta.json'), JSON.stringify({ Name: name, Endpoints: { docker: { Host: host, SkipTLSVerify: false } } }));
  return hash;
}

describe('discovery', () => {
  it('takes the first choice of the user that is made: option, variable, configuration, DOCKER_HOST', async () => {
    const engines = await Promise.all([1, 2, 3, 4].map(() => fakeEngineSocket(healthy)));
    const [option, variable, configured, dockerHost] = engines.map(({ path }) => path);
    const all = await user({ option, configured: `unix://${configured}`, environment: { CC_MCP_ENGINE: `unix://${variable}`, DOCKER_HOST: `unix://${dockerHost}` } });
    const address = async (changes: Partial<Surroundings>) => (await discoverEngine({ ...all, ...changes })).address;
    expect(await address({})).toEqual({ kind: 'unix', path: option });
    expect(await address({ option: undefined })).toEqual({ kind: 'unix', path: variable });
    expect(await address({ option: undefined, environment: { DOCKER_HOST: `unix://${dockerHost}` } })).toEqual({ kind: 'unix', path: configured });
    expect(await address({ option: undefined, configured: undefined, environment: { CC_MCP_ENGINE: '', DOCKER_HOST: `unix://${dockerHost}` } })).toEqual({ kind: 'unix', path: dockerHost });
  });

  it('never skips over a choice that does not answer', async () => {
    const surroundings = await user({ environment: { DOCKER_HOST: 'unix:///no/such.sock' } });
    await engineAt(join(surroundings.homeFolder, '.colima/default/docker.sock'));
    await expect(discoverEngine(surroundings)).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE', message: 'No container engine answers at unix:///no/such.sock: the socket is not there (chosen by DOCKER_HOST)',
      suggestions: [expect.stringContaining('Start the engine'), expect.stringContaining('doctor')],
    });
  });

  it('says what was tried, and what not', async () => {
    const engine = await fakeEngineSocket(healthy);
    const { attempts } = await discoverEngine(await user({ environment: { CC_MCP_ENGINE: engine.path } }));
    expect(attempts).toEqual([
      { strategy: '--engine', outcome: 'not-applicable', reason: 'not set' },
      { strategy: 'CC_MCP_ENGINE', outcome: 'won', reason: 'answers', address: engine },
      ...['config.json', 'DOCKER_HOST', 'docker context', 'usual sockets'].map((strategy) => ({ strategy, outcome: 'not-tried', reason: 'decided before' })),
    ]);
  });

  it('gives up on an engine that hangs in less than two seconds', async () => {
    const engine = await fakeEngineSocket(ANSWER.silence);
    const begun = performance.now();
    await expect(discoverEngine(await user({ option: engine.path }))).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE', message: expect.stringContaining('no answer within 1.5 s') });
    expect(performance.now() - begun).toBeLessThan(2000);
  });

  it.each([
    ['ssh://user@host', 'UNSUPPORTED', 'ssh'],
    ['npipe:////./pipe/docker_engine', 'UNSUPPORTED', 'WSL 2'],
    ['nonsense', 'INVALID_VALUE', 'not an address'],
    ['unix://relative', 'INVALID_VALUE', 'not an address'],
    ['tcp://host:99999', 'INVALID_VALUE', 'not host and port'],
    ['tcp://user:password@host', 'INVALID_VALUE', 'not host and port'],
  ])('refuses %s', async (option, code, words) => {
    await expect(discoverEngine(await user({ option }))).rejects.toMatchObject({ code, message: expect.stringContaining(words), suggestions: [expect.any(String)] });
  });
});

describe('the docker context', () => {
  const find = async (surroundings: Surroundings) => dockerContextStrategy.offer(surroundings);

  it('is the one that the docker command would use', async () => {
    const surroundings = await user();
    await context(surroundings.homeFolder, 'mine', 'unix:///run/mine.sock');
    await context(surroundings.homeFolder, 'other', 'unix:///run/other.sock');
    await writeFile(join(surroundings.homeFolder, '.docker/config.json'), '{"currentContext":"mine"}');
    expect(await find(surroundings)).toEqual({ kind: 'choice', address: { kind: 'unix', path: '/run/mine.sock' } });
    expect(await find({ ...surroundings, environment: { DOCKER_CONTEXT: 'other' } })).toEqual({ kind: 'choice', address: { kind: 'unix', path: '/run/other.sock' } });
    expect(await find({ ...surroundings, environment: { DOCKER_CONTEXT: 'default' } })).toMatchObject({ kind: 'nothing' });
    expect(await find({ ...surroundings, environment: { DOCKER_CONFIG: join(surroundings.homeFolder, 'elsewhere') } })).toMatchObject({ kind: 'nothing' });
  });

  it('brings its certificates', async () => {
    const surroundings = await user({ environment: { DOCKER_CONTEXT: 'far' } });
    const hash = await context(surroundings.homeFolder, 'far', 'tcp://far.example:2376');
    const folder = join(surroundings.homeFolder, '.docker/contexts/tls', hash, 'docker');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'cert.pem'), '');
    const tls = { ca: join(folder, 'ca.pem'), cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
    expect(await find(surroundings)).toEqual({ kind: 'choice', address: { kind: 'tcp', host: 'far.example', port: 2376, tls } });
  });

  it('that does not exist is an error, and an ssh one is refused', async () => {
    const surroundings = await user({ environment: { DOCKER_CONTEXT: 'gone' } });
    await expect(find(surroundings)).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE', suggestions: expect.arrayContaining(['docker context use default']) });
    await context(surroundings.homeFolder, 'remote', 'ssh://host');
    await expect(find({ ...surroundings, environment: { DOCKER_CONTEXT: 'remote' } })).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });

  it('is none where the configuration is missing or no JSON', async () => {
    const surroundings = await user();
    expect(await find(surroundings)).toMatchObject({ kind: 'nothing' });
    await mkdir(join(surroundings.homeFolder, '.docker'));
    await writeFile(join(surroundings.homeFolder, '.docker/config.json'), '{');
    expect(await find(surroundings)).toMatchObject({ kind: 'nothing' });
  });
});

describe('the usual sockets', () => {
  /** Without those of this machine. */
  const own: EngineStrategy = {
    name: 'usual sockets',
    async offer(surroundings) {
      const offer = await usualSocketsStrategy.offer(surroundings);
      return offer.kind === 'places' ? { ...offer, places: offer.places.filter(({ address }) => address.kind === 'unix' && address.path.startsWith(tmpdir())) } : offer;
    },
  };

  it.each([
    ['rootless Docker', 'runtime/docker.sock'], ['Docker Desktop', '.docker/run/docker.sock'], ['Docker Desktop', '.docker/desktop/docker.sock'], ['Colima', '.colima/default/docker.sock'],
    ['OrbStack', '.orbstack/run/docker.sock'], ['Rancher Desktop', '.rd/docker.sock'], ['rootless Podman', 'runtime/podman/podman.sock'],
    ['Podman machine', '.local/share/containers/podman/machine/podman.sock'],
  ])('finds %s at %s', async (name, place) => {
    const surroundings = await user();
    const path = join(surroundings.homeFolder, place);
    await engineAt(path);
    const found = await tryEngines({ ...surroundings, environment: { XDG_RUNTIME_DIR: join(surroundings.homeFolder, 'runtime') } }, undefined, [own]);
    expect(found).toMatchObject({ address: { kind: 'unix', path }, attempts: expect.arrayContaining([{ strategy: name, outcome: 'won', reason: 'answers', address: { kind: 'unix', path } }]) });
  });

  it('pass over one that is dead, and prefer the earlier of two', async () => {
    const surroundings = await user();
    await mkdir(join(surroundings.homeFolder, '.docker/run'), { recursive: true });
    await writeFile(join(surroundings.homeFolder, '.docker/run/docker.sock'), '');
    await engineAt(join(surroundings.homeFolder, '.rd/docker.sock'));
    await engineAt(join(surroundings.homeFolder, '.orbstack/run/docker.sock'));
    const found = await tryEngines(surroundings, undefined, [own]);
    expect(found).toMatchObject({ address: { path: join(surroundings.homeFolder, '.orbstack/run/docker.sock') } });
    const outcomes = Object.fromEntries(found.attempts.map(({ strategy, outcome }) => [strategy, outcome]));
    expect(outcomes).toMatchObject({ 'Docker Desktop': 'failed', OrbStack: 'won', 'Rancher Desktop': 'not-tried' });
  });

  it('name those that are there when none answers, else where was looked', async () => {
    const surroundings = await user();
    await expect(tryEngines(surroundings, undefined, [own])).resolves.toMatchObject({
      failure: { code: 'ENGINE_UNREACHABLE', message: expect.stringMatching(/^No container engine is running: there is no \S+docker\.sock, nor any of the \d other usual sockets$/), suggestions: expect.arrayContaining([expect.stringContaining('Install Docker')]) },
    });
    const socket = join(surroundings.homeFolder, '.docker/run/docker.sock');
    await mkdir(dirname(socket), { recursive: true });
    await writeFile(socket, '');
    await expect(tryEngines(surroundings, undefined, [own])).resolves.toMatchObject({ failure: { message: expect.stringMatching(/^No container engine answers: \S+\.docker\/run\/docker\.sock: (nothing listens there|this is not a socket)$/) } });
  });
});
