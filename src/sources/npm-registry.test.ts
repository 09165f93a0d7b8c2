import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { Clock } from '../domain/clock.ts';
import { CcMcpError } from '../domain/errors.ts';
import type { NpmConfiguration } from './npm-configuration.ts';
import { fetchPackument } from './npm-registry.ts';

const PACKUMENT = { name: 'pkg', 'dist-tags': { latest: '1.0.0' }, versions: { '1.0.0': { name: 'pkg', version: '1.0.0' } }, time: { '1.0.0': '2026-01-01T00:00:00.000Z' } };

interface Registry {
  readonly configuration: NpmConfiguration;
  readonly requests: IncomingMessage[];
  /** What was waited between tries, instead of waiting. */
  readonly pauses: number[];
  readonly clock: Clock;
}

async function registry(answer: (request: IncomingMessage, response: ServerResponse, count: number) => void, changes: Partial<NpmConfiguration> = {}): Promise<Registry> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response, requests.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  }));
  const pauses: number[] = [];
  let now = 0;
  const clock: Clock = {
    now: () => Date.UTC(2026, 0, 1) + now,
    monotonic: () => now,
    async sleep(milliseconds) {
      pauses.push(milliseconds);
      now += milliseconds;
    },
  };
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { configuration: { registry: address, scopes: {}, credentials: [], ca: [], proxy: undefined, noProxy: undefined, strictSsl: true, ...changes }, requests, pauses, clock };
}

function json(response: ServerResponse, value: unknown): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(value));
}

async function failure(promise: Promise<unknown>): Promise<CcMcpError> {
  return promise.then(() => { throw new Error('it did not fail'); }, (error: unknown) => {
    if (error instanceof CcMcpError) return error;
    throw error;
  });
}

test('one request brings all of a package, without credentials of other places', async () => {
  const { configuration, requests, clock } = await registry((_, response) => json(response, PACKUMENT), { credentials: [{ place: '//elsewhere/', values: { _authToken: 'canary' } }] });
  expect(await fetchPackument('@scope/pkg', configuration, clock)).toMatchObject({ 'dist-tags': { latest: '1.0.0' } });
  expect(requests.map(({ url }) => url)).toEqual(['/@scope%2fpkg']);
  expect(requests[0]?.headers.authorization).toBeUndefined();
});

test('404 is PACKAGE_NOT_FOUND at once', async () => {
  const { configuration, requests, clock } = await registry((_, response) => { response.writeHead(404).end(); });
  const error = await failure(fetchPackument('no-such', configuration, clock));
  expect(error).toMatchObject({ code: 'PACKAGE_NOT_FOUND', exitCode: 3 });
  expect(error.message).toContain('no-such');
  expect(requests).toHaveLength(1);
});

test('[F30] 500 is tried three times, then SOURCE_UNREACHABLE', async () => {
  const { configuration, requests, pauses, clock } = await registry((_, response) => { response.writeHead(500).end(); });
  const error = await failure(fetchPackument('pkg', configuration, clock));
  expect(error).toMatchObject({ code: 'SOURCE_UNREACHABLE', exitCode: 7 });
  expect(error.message).toContain('HTTP 500');
  expect(requests).toHaveLength(3);
  expect(pauses).toEqual([500, 2000]);
});

test('[F30] 429 waits as long as the registry asks', async () => {
  const { configuration, pauses, clock } = await registry((_, response, count) => (count === 1 ? void response.writeHead(429, { 'retry-after': '3' }).end() : json(response, PACKUMENT)));
  expect(await fetchPackument('pkg', configuration, clock)).toMatchObject({ 'dist-tags': { latest: '1.0.0' } });
  expect(pauses).toEqual([3000]);
});

test('a date in Retry-After counts, and one that is too far away ends the tries', async () => {
  const near = await registry((_, response, count) => (count === 1 ? void response.writeHead(503, { 'retry-after': new Date(Date.UTC(2026, 0, 1) + 4000).toUTCString() }).end() : json(response, PACKUMENT)));
  await fetchPackument('pkg', near.configuration, near.clock);
  expect(near.pauses).toEqual([4000]);
  const far = await registry((_, response) => { response.writeHead(429, { 'retry-after': '3600' }).end(); });
  expect((await failure(fetchPackument('pkg', far.configuration, far.clock))).code).toBe('SOURCE_UNREACHABLE');
  expect(far.requests).toHaveLength(1);
});

test('[F30] a connection that breaks is tried again', async () => {
  const { configuration, requests, clock } = await registry((request, response, count) => (count < 3 ? void request.socket.destroy() : json(response, PACKUMENT)));
  await fetchPackument('pkg', configuration, clock);
  expect(requests).toHaveLength(3);
});

test('nobody listens: SOURCE_UNREACHABLE names the host', async () => {
  const { configuration, clock, pauses } = await registry(() => {}, { registry: 'http://127.0.0.1:9/' });
  const error = await failure(fetchPackument('pkg', configuration, clock));
  expect(error.code).toBe('SOURCE_UNREACHABLE');
  expect(error.message).toContain('127.0.0.1:9');
  expect(pauses).toHaveLength(2);
});

test('[F30] a registry that never answers is given up when the time for all tries is over', async () => {
  const { configuration, requests, pauses } = await registry(() => {});
  let asked = 0;
  // Of the 20 s all but a fraction are gone after the first look at the clock.
  const clock: Clock = { now: () => Date.now(), monotonic: () => (asked++ === 0 ? 0.5 : 19_900.25), sleep: async (milliseconds) => void pauses.push(milliseconds) };
  const error = await failure(fetchPackument('pkg', configuration, clock));
  expect(error).toMatchObject({ code: 'SOURCE_UNREACHABLE', message: expect.stringContaining('no answer in time') });
  expect([requests.length, pauses.length]).toEqual([1, 0]);
});

test('the caller\'s signal ends it as the caller\'s own reason', async () => {
  const { configuration, clock } = await registry(() => {});
  const reason = new Error('interrupted');
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), 50);
  await expect(fetchPackument('pkg', configuration, clock, controller.signal)).rejects.toBe(reason);
});

test('an answer that is not JSON, or not a package, is not tried again', async () => {
  const page = await registry((_, response) => response.end('<html>log in</html>'));
  expect(await failure(fetchPackument('pkg', page.configuration, page.clock))).toMatchObject({ code: 'SOURCE_UNREACHABLE', message: expect.stringContaining('not JSON') });
  expect(page.requests).toHaveLength(1);
  const odd = await registry((_, response) => json(response, { versions: 5 }));
  expect((await failure(fetchPackument('pkg', odd.configuration, odd.clock))).code).toBe('SOURCE_UNREACHABLE');
});

test.each([
  ['a token', { _authToken: 'tok-1234' }, 'Bearer tok-1234'],
  ['a user and a password', { username: 'u', _password: Buffer.from('pw').toString('base64') }, `Basic ${Buffer.from('u:pw').toString('base64')}`],
  ['both in one', { _auth: Buffer.from('u:pw').toString('base64') }, `Basic ${Buffer.from('u:pw').toString('base64')}`],
] as const)('a registry gets %s that the user has for it, and no other registry does', async (_, values, authorization) => {
  const scoped = await registry((request, response) => json(response, PACKUMENT));
  const place = (scoped.configuration.registry ?? '').replace('http:', '');
  const other = await registry((request, response) => json(response, PACKUMENT), { scopes: { '@corp': scoped.configuration.registry ?? '' }, credentials: [{ place, values }] });
  await fetchPackument('@corp/pkg', other.configuration, other.clock);
  await fetchPackument('pkg', other.configuration, other.clock);
  expect(scoped.requests.map(({ headers }) => headers.authorization)).toEqual([authorization]);
  expect(other.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
});

test('a registry that refuses says whether for want of credentials or because of them, and what to type', async () => {
  const { configuration, requests, clock } = await registry((_, response) => { response.writeHead(401, { 'www-authenticate': 'Basic' }).end(); });
  const [address = '', host = ''] = [configuration.registry, new URL(configuration.registry ?? '').host];
  const without = await failure(fetchPackument('pkg', configuration, clock));
  expect(without).toMatchObject({ code: 'SOURCE_UNREACHABLE', exitCode: 7, message: `${host} wants credentials, and your npm configuration has none for it: npm:pkg`, suggestions: [`npm login --registry=${address}`, `or: npm config set //${host}/:_authToken TOKEN`] });
  const wrong = await failure(fetchPackument('pkg', { ...configuration, credentials: [{ place: `//${host}/`, values: { _authToken: 'tok-1234' } }] }, clock));
  expect(wrong.message).toBe(`${host} refuses what your npm configuration has for it (HTTP 401): npm:pkg`);
  expect(JSON.stringify([wrong, String(wrong.cause)])).not.toContain('tok-1234');
  expect(requests).toHaveLength(2);
});

test('403 without credentials may be said by something between, and another try does not change it', async () => {
  const forbidden = await registry((_, response) => { response.writeHead(403).end(); });
  expect((await failure(fetchPackument('pkg', forbidden.configuration, forbidden.clock))).message).toContain('HTTP 403');
  expect(forbidden.requests).toHaveLength(1);
});

test('a token in a variable that is not set, or a client certificate, is said before anything is asked', async () => {
  const { configuration, requests, clock } = await registry((_, response) => json(response, PACKUMENT));
  const place = (configuration.registry ?? '').replace('http:', '');
  expect(await failure(fetchPackument('pkg', { ...configuration, credentials: [{ place, values: { _authToken: '${CORP_TOKEN}' } }] }, clock))).toMatchObject({ code: 'VALUE_MISSING', message: expect.stringContaining('CORP_TOKEN, which is not set') });
  expect(await failure(fetchPackument('pkg', { ...configuration, credentials: [{ place, values: { certfile: '/c', keyfile: '/k' } }] }, clock))).toMatchObject({ code: 'UNSUPPORTED' });
  expect(requests).toHaveLength(0);
});

test('a scoped package that is not there names the configuration that would find it elsewhere', async () => {
  const { configuration, clock } = await registry((_, response) => { response.writeHead(404).end(); });
  expect((await failure(fetchPackument('@corp/pkg', configuration, clock))).suggestions).toContain('or, where a registry of its own has @corp: npm config set @corp:registry ADDRESS');
  const scoped = { ...configuration, registry: undefined, scopes: { '@corp': configuration.registry ?? '' } };
  expect((await failure(fetchPackument('@corp/pkg', scoped, clock))).suggestions).toContain(`or, where it is private: npm login --registry=${configuration.registry}`);
});

test('a scope\'s own mirror is asked for its packages only', async () => {
  const scoped = await registry((_, response) => json(response, PACKUMENT));
  const other = await registry((_, response) => json(response, PACKUMENT), { scopes: { '@s': scoped.configuration.registry ?? '' } });
  await fetchPackument('@s/pkg', other.configuration, other.clock);
  await fetchPackument('pkg', other.configuration, other.clock);
  expect([scoped.requests.length, other.requests.length]).toEqual([1, 1]);
});
