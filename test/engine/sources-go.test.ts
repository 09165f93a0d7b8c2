import { expect, test } from 'vitest';
import { goRig } from './sources-rig.ts';

const SDK = 'github.com/modelcontextprotocol/go-sdk';
/** A compiler on a busy machine. */
const PATIENT = 900_000;
const SERVER = `${SDK}/examples/server/memory`;

test('a main package is locked from the module proxy; what its lock says otherwise, or does not say, is never built', async () => {
  const { source, image, build } = await goRig();
  const resolved = await source.resolve(SERVER, 'v1.8');
  expect(resolved).toMatchObject({ type: 'go', package: SERVER, version: expect.stringMatching(/^v1\.8\.\d+$/), publishedAt: expect.stringMatching(/^20/) });
  const locked = await source.lock({ resolved, overrides: [], baseImage: image, allowScripts: false }, () => {});
  const { content } = locked.lock;
  const executable = { name: 'memory', target: SERVER };
  expect(locked.executables).toEqual([executable]);
  expect(content).toMatch(new RegExp(`^${SDK} ${resolved.version} h1:`, 'm'));
  expect(content).toMatch(/^golang\.org\/x\/sys v[^ ]+\/go\.mod h1:/m);
  expect(source.readLocked(content, SERVER, resolved.version, 'memory')).toMatchObject({ executable, packages: locked.packages });

  const dependency = 'github.com/google/jsonschema-go';
  const diagnosis = async (changed: string): Promise<string | undefined> => {
    const failed = build({ resolved, lock: source.parseLock(changed, SERVER, resolved.version), executable, allowScripts: false });
    return failed.then(() => 'built', (error: { readonly details: { readonly log: readonly string[] } }) => source.diagnoseBuild(error.details.log));
  };
  expect(await diagnosis(content.replace(new RegExp(`^(${dependency} v[^ /]+ h1:)....`, 'm'), '$1AAAA'))).toMatch(new RegExp(`^The code of ${dependency}@v.* is not the one of the lock$`));
  expect(await diagnosis(content.replace(new RegExp(`^${dependency} v[^ /]+ h1:.*\n`, 'm'), ''))).toMatch(/^The lock does not hold all that the program needs/);
}, PATIENT);

test('what does not exist, is no program, or was taken back is named in one line', async () => {
  const { source } = await goRig();
  await expect(source.resolve('github.com/modelcontextprotocol/no-such-module-3f9a/cmd/x', undefined)).rejects.toMatchObject({ code: 'PACKAGE_NOT_FOUND', message: expect.stringMatching(/^There is no Go module that has github/) });
  await expect(source.resolve(SERVER, 'v9.9.9')).rejects.toMatchObject({ code: 'VERSION_NOT_FOUND', message: expect.stringMatching(new RegExp(`^${SDK} has no version v9\\.9\\.9; its newest is v`)) });
  await expect(source.resolve(`${SDK}/cmd/none`, 'v1.8.0')).rejects.toMatchObject({ code: 'PACKAGE_NOT_FOUND', message: `${SDK} v1.8.0 has no package ${SDK}/cmd/none` });
  await expect(source.resolve(`${SDK}/mcp`, 'v1.8.0')).rejects.toMatchObject({ code: 'INVALID_REFERENCE', message: `go:${SDK}/mcp v1.8.0 is the library "mcp", not a program that can be started` });
  expect((await source.resolve('github.com/golang/protobuf/protoc-gen-go', 'v1.5.0')).deprecated).toMatch(/google\.golang\.org\/protobuf/);
});

test('a proxy that does not answer is named', async () => {
  const { source } = await goRig({ GOPROXY: 'http://127.0.0.1:9' });
  await expect(source.resolve(SERVER, undefined)).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE', message: '127.0.0.1:9 does not answer: connection refused' });
});
