import { readFile } from 'node:fs/promises';
import { DockerToolContainers } from '../docker/tool-containers.ts';
import { containerLabels } from '../domain/container-labels.ts';
import type { ContainerOwner } from '../domain/container-labels.ts';
import type { OpenedSource, PackageSource } from '../domain/source.ts';
import { MCPTester } from '../gate/mcp-tester.ts';
import { scannerPrograms } from '../host/scanner-programs.ts';
import { SdkMcpConnector } from '../mcp/mcp-connector.ts';
import { installServer } from '../servers/install/install-server.ts';
import type { InstallRequest, InstallResult } from '../servers/install/install-request.ts';
import { installLocked } from '../servers/install/install-locked.ts';
import type { LockedInstallRequest, LockedInstallResult } from '../servers/install/locked-install-request.ts';
import { rebuildServer } from '../servers/install/rebuild-server.ts';
import type { RebuildRequest, RebuildResult } from '../servers/install/rebuild-server.ts';
import { migrateServer } from '../servers/migrate/migrate-server.ts';
import type { MigrateRequest, MigrateResult } from '../servers/migrate/migrate-request.ts';
import type { ConnectedEngine, Consent, InstallPorts } from '../servers/ports.ts';
import { testServer } from '../servers/test-server.ts';
import type { TestRequest, TestResult } from '../servers/test-server.ts';
import { findNamedImage, mirrored, sourceBase } from '../servers/install/base-image.ts';
import { readGoConfiguration } from '../sources/go-configuration.ts';
import { GO_BASE, GoSource } from '../sources/go-source.ts';
import { GitSource } from '../sources/git-source.ts';
import { ImageSource } from '../sources/image-source.ts';
import { LocalSource } from '../sources/local-source.ts';
import { readNpmConfiguration } from '../sources/npm-configuration.ts';
import { NpmSource } from '../sources/npm-source.ts';
import { readPypiConfiguration } from '../sources/pypi-configuration.ts';
import { PYTHON_BASE, PypiSource } from '../sources/pypi-source.ts';
import { openBuildLog } from '../store/build-log.ts';
import { createHome } from '../store/home.ts';
import { buildEnvironment, proxyVariables } from './build-environment.ts';
import { marketplace } from './compose-marketplace.ts';
import type { ComposedPorts } from './compose-ports.ts';
import { PACKAGE_FOLDER } from './package-folder.ts';

export async function install(ports: ComposedPorts, consent: Consent, request: InstallRequest, signal: AbortSignal): Promise<InstallResult> {
  return installServer(await installPorts(ports, consent), request, signal);
}

export async function installFromLock(ports: ComposedPorts, consent: Consent, request: LockedInstallRequest, signal: AbortSignal): Promise<LockedInstallResult> {
  return installLocked(await installPorts(ports, consent), request, signal);
}

export async function migrate(ports: ComposedPorts, consent: Consent, request: MigrateRequest, signal: AbortSignal): Promise<MigrateResult> {
  return migrateServer(await installPorts(ports, consent), request, signal);
}

export async function test(ports: ComposedPorts, consent: Consent, request: TestRequest, signal: AbortSignal): Promise<TestResult> {
  return testServer(await installPorts(ports, consent), request, signal);
}

export async function rebuild(ports: ComposedPorts, consent: Consent, request: RebuildRequest, signal: AbortSignal): Promise<RebuildResult> {
  return rebuildServer(await installPorts(ports, consent), request, signal);
}

/** What resolving, building and proving need beside the rest. */
async function installPorts(ports: ComposedPorts, consent: Consent): Promise<InstallPorts> {
  const extraCa = ports.caBundle === undefined ? undefined : await readFile(ports.caBundle);
  return {
    ...ports,
    consent,
    marketplace: marketplace(),
    buildEnvironment: buildEnvironment(ports.environment),
    openBuildLog: (manifestId, server) => openBuildLog(createHome(ports.host.ccMcpHome, ports.host.uid), manifestId, server),
    tester: (engine) => new MCPTester({
      engine: engine.containers, connector: new SdkMcpConnector(ports.version), clock: ports.clock, progress: ports.progress,
      scanners: scannerPrograms({ engine: engine.address, environment: ports.environment, folder: ports.host.ccMcpHome }),
    }),
    source(type, engine, owner) {
      const containers = toolContainers(ports, engine, owner);
      const { clock, environment, host } = ports;
      const common = { containers, packageRoot: PACKAGE_FOLDER, extraCa };
      const node = { ...common, configuration: () => readNpmConfiguration({ environment, homeFolder: host.homeFolder, execPath: process.execPath }) };
      const python = { ...common, configuration: () => readPypiConfiguration({ environment, homeFolder: host.homeFolder, platform: host.platform, systemFolder: '/' }) };
      const go = { ...common, configuration: () => readGoConfiguration({ environment, homeFolder: host.homeFolder, platform: host.platform }) };
      const dockerfile = { packageRoot: PACKAGE_FOLDER, image: (canonical: string, digest: string | undefined, signal?: AbortSignal) => findNamedImage(ports, canonical, digest, engine, signal) };
      switch (type) {
        case 'npm':
          return new NpmSource({ ...node, clock }) satisfies PackageSource;
        case 'pypi':
          return new PypiSource({ ...python, baseImage: (signal) => referenceOf(ports, PYTHON_BASE, engine, signal) }) satisfies PackageSource;
        case 'git':
          return new GitSource({ node, python, go, deno: node, dockerfile }, environment) satisfies PackageSource;
        case 'local':
          return new LocalSource({ node, python, go, deno: node, dockerfile }) satisfies PackageSource;
        case 'docker':
          return new ImageSource({ images: engine.images, rewrite: (canonical) => mirrored(ports, canonical), packageRoot: PACKAGE_FOLDER }) satisfies PackageSource;
        case 'go':
          return new GoSource({ ...go, baseImage: (signal) => referenceOf(ports, GO_BASE, engine, signal) }) satisfies PackageSource;
        default:
          return type satisfies never;
      }
    },
  };
}

/** uv and Go ask for a version from within their base, before anything else is known of the package. */
async function referenceOf(ports: ComposedPorts, base: OpenedSource['base'], engine: ConnectedEngine, signal?: AbortSignal): Promise<string> {
  return (await sourceBase(ports, { base }, engine, signal)).reference;
}

function toolContainers(ports: ComposedPorts, engine: ConnectedEngine, owner: ContainerOwner): DockerToolContainers {
  return new DockerToolContainers(engine.containers, { labels: containerLabels(owner), newToken: ports.newToken, caBundle: ports.caBundle, proxies: proxyVariables(ports.environment), network: buildEnvironment(ports.environment).network });
}
