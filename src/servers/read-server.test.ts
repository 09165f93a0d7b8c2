import { expect, test } from 'vitest';
import { NO_PERMISSIONS } from '../domain/manifest.ts';
import type { DockerServer } from '../domain/manifest.ts';
import type { PackageSourceSpec } from '../domain/package.ts';
import { parseReference } from '../domain/reference.ts';
import { installCommand } from './read-server.ts';

const server = (source: PackageSourceSpec): DockerServer => ({
  mode: 'docker', volumes: {}, environment: {}, limits: {}, arguments: [], permissions: NO_PERMISSIONS, statePaths: [], standby: 'safe', pathsAsArguments: false, source: { overrides: [], ...source },
});

test.each<[PackageSourceSpec, string]>([
  [{ type: 'npm', package: '@a/b' }, 'npm:@a/b'],
  [{ type: 'go', package: 'example.com/a/cmd/a' }, 'go:example.com/a/cmd/a'],
  [{ type: 'local', package: './hello' }, './hello'],
  [{ type: 'git', package: 'https://example.com/a/b', version: 'v1', path: 'servers/x' }, 'git+https://example.com/a/b@v1#servers/x'],
  [{ type: 'git', package: 'https://example.com/a/b' }, 'git+https://example.com/a/b'],
])('what to type to install %j again is a reference that is read', (source, reference) => {
  expect(installCommand('mine', server(source))).toBe(`cc-mcp install ${reference} --name mine`);
  expect(parseReference(reference)).toMatchObject({ kind: source.type, package: source.package });
});
