import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ArchiveFile } from '../domain/container-engine.ts';
import type { BuildInput } from '../domain/source.ts';
import { systemPackageList } from '../domain/system-packages.ts';

export interface SystemBuildOptions {
  readonly packageRoot: string;
  readonly extraCa: Uint8Array | undefined;
}

/** The same build, on a base that has these packages of its own distribution. */
export function withSystemPackages(input: BuildInput, packages: readonly string[] | undefined, { packageRoot, extraCa }: SystemBuildOptions): BuildInput {
  const names = systemPackageList(packages ?? []);
  if (names.length === 0) return input;
  const stage = readFileSync(join(packageRoot, 'templates/dockerfiles/system/1.dockerfile'), 'utf8');
  return {
    ...input,
    files: [...withDockerfile(input.files, (text) => onSystem(text, stage)), { path: 'system/ca.crt', content: extraCa ?? new Uint8Array() }],
    buildArguments: { ...input.buildArguments, CC_MCP_SYSTEM_PACKAGES: names.join(' ') },
    ...(input.offline === undefined ? {} : { offline: { ...input.offline, files: withDockerfile(input.offline.files, onFetched) } }),
  };
}

/** The stage goes before the first one that begins with the base, and all of those begin with it. */
function onSystem(dockerfile: string, stage: string): string {
  const at = dockerfile.search(/^(?:#[^\n]*\n)*FROM base\b/m);
  return `${dockerfile.slice(0, at)}${stage}\n${dockerfile.slice(at).replaceAll(/^FROM base(?=$| AS )/gm, 'FROM system')}`;
}

/** What runs without network cannot fetch packages: its last stage goes on with the image that has them, in place of the base. */
function onFetched(dockerfile: string): string {
  return dockerfile.replace(/^FROM base$/m, 'FROM $FETCHED_IMAGE').replace(/^(?=COPY --from=\w+ \/opt\/cc-mcp \/opt\/cc-mcp$)/m, 'USER 0:0\nRUN rm -rf /opt/cc-mcp\n');
}

function withDockerfile(files: readonly ArchiveFile[], change: (text: string) => string): readonly ArchiveFile[] {
  return files.map((file) => (file.path === 'Dockerfile' ? { ...file, content: new TextEncoder().encode(change(new TextDecoder().decode(file.content))) } : file));
}
