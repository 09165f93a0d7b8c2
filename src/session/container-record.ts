import type { ContainerId } from '../domain/container-engine.ts';
import type { ContainerRecord } from '../domain/run-directory.ts';
import type { PreparedServer, StandbyPorts } from '../domain/session-ports.ts';
import { BOOST_MILLISECONDS, canBoost, containerName } from './container-body.ts';

/** How long a standby that holds secrets or has a network may wait. */
const SHORT_LIFE_MILLISECONDS = 60 * 60 * 1000;
const UNUSED_MILLISECONDS = 7 * 24 * 60 * 60 * 1000;

/** The record of a container that is about to be created. */
export function newRecord(server: PreparedServer, ports: StandbyPorts): ContainerRecord {
  const { recipe, serverKey, settingsHash } = server;
  const token = ports.newToken();
  const now = ports.clock.now();
  return {
    version: 1,
    token,
    serverKey,
    settingsHash,
    home: recipe.home,
    manifestId: recipe.manifestId,
    manifestPath: recipe.manifestPath,
    server: recipe.server,
    engine: recipe.engine.address,
    containerName: containerName(server, token),
    containerId: null,
    createdAt: now,
    boostUntil: canBoost(server) ? now + BOOST_MILLISECONDS : null,
    nanoCpus: recipe.nanoCpus,
    memoryBytes: recipe.memoryBytes,
    shortLived: recipe.shortLived,
    standby: recipe.standby,
    epoch: ports.run.epoch(serverKey),
    ...(recipe.link === undefined ? {} : { link: recipe.link.name }),
  };
}

export function withId(record: ContainerRecord, containerId: ContainerId): ContainerRecord {
  return { ...record, containerId };
}

/** Why a standby must not be handed out any more; undefined: it may. */
export function unfitness(record: ContainerRecord, ports: StandbyPorts): 'old' | 'unused' | 'outdated-state' | 'incomplete' | undefined {
  const age = ports.clock.now() - record.createdAt;
  if (record.containerId === null) return 'incomplete';
  if (record.shortLived && age > SHORT_LIFE_MILLISECONDS) return 'old';
  if (age > UNUSED_MILLISECONDS) return 'unused';
  if (record.standby === 'after-session' && record.epoch !== ports.run.epoch(record.serverKey)) return 'outdated-state';
  return undefined;
}
