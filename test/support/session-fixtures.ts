import type { ContainerId } from '../../src/domain/container-engine.ts';
import type { SessionRecipe } from '../../src/domain/effective-plan.ts';
import type { ContainerRecord } from '../../src/domain/run-directory.ts';
import type { PreparedServer } from '../../src/domain/session-ports.ts';

const ADDRESS = { kind: 'unix', path: '/var/run/docker.sock' } as const;

export function recipe(more: Partial<SessionRecipe> = {}): SessionRecipe {
  return {
    version: 1, home: 'home', manifestId: 'global', manifestPath: '/home/me/.cc-mcp/mcp.json', server: 'fixture', ccMcpVersion: '0',
    engine: { address: ADDRESS, id: 'engine', kind: 'docker' }, inputs: {}, approval: '',
    body: { Image: 'image', Labels: { 'io.cc-mcp.home': 'home' }, HostConfig: { NanoCpus: 500_000_000, PidsLimit: 128 } },
    environment: {}, secretsFile: '/none', mounts: [], imageId: 'image', nanoCpus: 500_000_000, memoryBytes: 512 * 1024 ** 2, standby: 'safe', shortLived: false,
    era: 'legacy', tools: {}, logFolder: '/none', waitForEngineSeconds: 20, ...more,
  };
}

export function prepared(more: Partial<PreparedServer> = {}): PreparedServer {
  return { recipe: recipe(), environment: {}, secrets: [], serverKey: 'a'.repeat(24), settingsHash: 'b'.repeat(24), ...more };
}

export function record(token: string, more: Partial<ContainerRecord> = {}): ContainerRecord {
  return {
    version: 1, token: token.padEnd(24, '0'), serverKey: 'a'.repeat(24), settingsHash: 'b'.repeat(24), home: 'home', manifestId: 'global', manifestPath: '/m', server: 'fixture',
    engine: ADDRESS, containerName: 'name', containerId: 'id' as ContainerId, createdAt: 0, boostUntil: null, nanoCpus: 1, memoryBytes: 1, shortLived: false, standby: 'safe', epoch: 'first', ...more,
  };
}
