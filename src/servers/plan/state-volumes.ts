import { LABEL } from '../../domain/container-engine.ts';
import { containerLabels } from '../../domain/container-labels.ts';
import type { Labels } from '../../domain/container-engine.ts';
import type { EffectivePlan } from '../../domain/effective-plan.ts';
import { CcMcpError } from '../../domain/errors.ts';
import type { ConnectedEngine, ServerPorts } from '../ports.ts';

export interface StateRequest {
  readonly plan: EffectivePlan;
  readonly homeId: string;
  readonly manifestId: string;
  readonly server: string;
  readonly token: string;
  /** Has `chown`; the server's own image is not trusted with a capability. */
  readonly baseImage: string;
  readonly recipe: string;
}

/** Makes a server's state volumes and gives them to the uid of its process: a fresh volume belongs to root. */
export async function prepareState(ports: Pick<ServerPorts, 'version'>, engine: ConnectedEngine, request: StateRequest, signal?: AbortSignal): Promise<void> {
  const volumes = request.plan.mounts.flatMap(({ mount }) => (mount.kind === 'volume' ? [mount] : []));
  if (volumes.length === 0) return;
  const labels: Labels = { [LABEL.home]: request.homeId, [LABEL.manifest]: request.manifestId, [LABEL.server]: request.server, [LABEL.version]: ports.version };
  for (const { name } of volumes) {
    const there = await engine.containers.inspectVolume(name, signal);
    // The token says which operation made it: an interrupted one takes its own volume back, never one with older state.
    if (there === undefined) await engine.containers.createVolume(name, { ...labels, [LABEL.token]: request.token }, signal);
    else if (there.labels[LABEL.home] !== request.homeId || there.labels[LABEL.manifest] !== request.manifestId || there.labels[LABEL.server] !== request.server) {
      throw new CcMcpError('CONFLICT', `A volume named ${name} is there already, and it is not ours`, { suggestions: [`docker volume inspect ${name}`] });
    }
  }
  const id = await engine.containers.create({
    name: `cc-mcp-chown-${request.token}`, image: request.baseImage, entrypoint: ['chown', '-R', request.plan.user, ...volumes.map(({ target }) => target)], command: [],
    environment: {}, labels: containerLabels({ home: request.homeId, manifestId: request.manifestId, server: request.server, token: request.token, recipe: request.recipe, version: ports.version }), user: '0:0', mounts: volumes, tmpfs: {}, network: { kind: 'none' }, extraHosts: [],
    memoryBytes: 64 * 1024 ** 2, nanoCpus: null, pids: 16, readOnlyRoot: true, capAdd: ['CHOWN'], securityOptions: [], stdin: false, logDriver: 'none',
  }, signal);
  try {
    await engine.containers.start(id, signal);
    const { exitCode } = await engine.containers.wait(id, signal);
    if (exitCode !== 0) throw new CcMcpError('ENGINE_FAILED', `The state volume of ${request.server} could not be given to uid ${request.plan.user} (exit code ${exitCode})`);
  } finally {
    await engine.containers.remove(id);
  }
}
