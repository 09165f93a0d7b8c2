import { setTimeout as delay } from 'node:timers/promises';
import type {
  AttachOptions, Attachment, ContainerId, ContainerLogLine, ContainerState, ContainerSummary, EngineAddress, ExitStatus, Labels, LocalhostLink, OpenLink, Service, SessionEngine, Usage,
} from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import { openAttachment } from './attachment.ts';
import { containerLogs } from './container-logs.ts';
import { containerState, containerSummary, labelFilter } from './container-state.ts';
import { CONTROL_DEADLINE } from './deadline.ts';
import { EngineCaller } from './engine-caller.ts';
import { statusOf } from './engine-errors.ts';
import { at, flagAt, numberAt, textAt } from './json-fields.ts';
import { containerExits } from './container-exits.ts';
import { closeLink, openLink } from './localhost-links.ts';
import { closeService, openService } from './services.ts';
import { cgroupUsage, statsUsage } from './usage.ts';

/** After that a removal that somebody else began is the engine's own affair. */
const OTHER_REMOVAL_MILLISECONDS = 10_000;
const OTHER_REMOVAL_INTERVAL = 25;

/** The engine by plain HTTP on its socket: what `run` loads, without a library. */
export class EngineHttp implements SessionEngine {
  readonly #address: EngineAddress;
  readonly #engine: EngineCaller;

  constructor(address: EngineAddress, deadline: number = CONTROL_DEADLINE) {
    this.#address = address;
    this.#engine = new EngineCaller(address, deadline);
  }

  async ping(signal?: AbortSignal): Promise<void> {
    await this.#engine.ask({ action: 'ping the engine' }, { method: 'GET', path: '/_ping' }, signal);
  }

  async create(name: string, body: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<ContainerId> {
    const request = { method: 'POST', path: `/containers/create?name=${encodeURIComponent(name)}`, body: JSON.stringify(body) } as const;
    try {
      return textAt(await this.#engine.order({ action: `create container ${name}`, missing: 'IMAGE_MISSING' }, request, signal), 'Id') as ContainerId;
    } catch (error) {
      // Podman answers 500 to a name that is taken.
      if (!hasFailed(error) || (await this.state(name as ContainerId, signal)) === undefined) throw error;
      throw new CcMcpError('CONFLICT', error.message, { cause: error });
    }
  }

  async start(id: ContainerId, signal?: AbortSignal): Promise<void> {
    await this.#engine.order({ action: `start ${short(id)}` }, { method: 'POST', path: `${pathOf(id)}/start` }, signal, [304]);
  }

  async attach(id: ContainerId, options: AttachOptions, signal?: AbortSignal): Promise<Attachment> {
    return this.#engine.askWith({ action: `attach to ${short(id)}` }, signal, (inner) => openAttachment(this.#address, id, options, inner));
  }

  async stop(id: ContainerId, graceSeconds: number, signal?: AbortSignal): Promise<void> {
    await this.#engine.order({ action: `stop ${short(id)}` }, { method: 'POST', path: `${pathOf(id)}/stop?t=${graceSeconds}` }, signal, [304, 404]);
  }

  async kill(id: ContainerId, signal?: AbortSignal): Promise<void> {
    try {
      await this.#engine.order({ action: `kill ${short(id)}` }, { method: 'POST', path: `${pathOf(id)}/kill` }, signal, [404, 409]);
    } catch (error) {
      // What does not run is 409 with Docker and 500 with Podman.
      if (!hasFailed(error) || (await this.state(id, signal))?.status === 'running') throw error;
    }
  }

  async wait(id: ContainerId, signal?: AbortSignal): Promise<ExitStatus> {
    const attempted = { action: `wait for ${short(id)}` };
    const answer = await this.#engine.awaitEnd(attempted, { method: 'POST', path: `${pathOf(id)}/wait` }, signal);
    // It does not tell an OOM kill from another; a container that was removed meanwhile tells no more.
    const state = at(await this.#engine.ask(attempted, { method: 'GET', path: `${pathOf(id)}/json` }, signal, [404]), 'State');
    return { exitCode: numberAt(answer, 'StatusCode'), oomKilled: flagAt(state, 'OOMKilled') };
  }

  async state(id: ContainerId, signal?: AbortSignal): Promise<ContainerState | undefined> {
    const answer = await this.#engine.ask({ action: `inspect ${short(id)}` }, { method: 'GET', path: `${pathOf(id)}/json` }, signal, [404]);
    return answer === undefined ? undefined : containerState(at(answer, 'State'));
  }

  async list(labels: Labels, signal?: AbortSignal): Promise<readonly ContainerSummary[]> {
    const filters = encodeURIComponent(JSON.stringify({ label: labelFilter(labels) }));
    const answer = await this.#engine.ask({ action: 'list containers' }, { method: 'GET', path: `/containers/json?all=1&filters=${filters}` }, signal);
    return Array.isArray(answer) ? answer.map(containerSummary) : [];
  }

  async update(id: ContainerId, limits: { readonly nanoCpus: number }, signal?: AbortSignal): Promise<void> {
    const request = { method: 'POST', path: `${pathOf(id)}/update`, body: JSON.stringify({ NanoCpus: limits.nanoCpus }) } as const;
    const attempted = { action: `change the CPUs of ${short(id)}` };
    try {
      await this.#engine.order(attempted, request, signal);
    } catch (error) {
      // Podman before 5 does not know the path of this request, which looks as if it did not know the container.
      if (!(error instanceof CcMcpError) || error.details['engineStatus'] !== 404 || (await this.state(id, signal)) === undefined) throw error;
      throw new CcMcpError('UNSUPPORTED', 'This engine cannot change the CPUs of a running container', { cause: error });
    }
  }

  async usage(id: ContainerId, signal?: AbortSignal): Promise<Usage | undefined> {
    const measured = this.#address.kind === 'unix' ? cgroupUsage(id) : undefined;
    if (measured !== undefined) return measured;
    return statsUsage(await this.#engine.ask({ action: `measure ${short(id)}` }, { method: 'GET', path: `${pathOf(id)}/stats?stream=false&one-shot=true` }, signal, [404, 409]));
  }

  openLink(link: LocalhostLink, signal?: AbortSignal): Promise<OpenLink> {
    return openLink(this.#engine, this, link, signal);
  }

  closeLink(name: string, signal?: AbortSignal): Promise<'closed' | 'in-use'> {
    return closeLink(this.#engine, this, name, signal);
  }

  openService(service: Service, body: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<void> {
    return openService(this.#engine, this, service, body, signal);
  }

  closeService(name: string, signal?: AbortSignal): Promise<void> {
    return closeService(this.#engine, this, name, signal);
  }

  exits(id: ContainerId, between: { readonly since: number; readonly until: number }, signal?: AbortSignal): Promise<readonly ExitStatus[]> {
    return containerExits(this.#engine, id, between, signal);
  }

  async restarts(id: ContainerId, signal?: AbortSignal): Promise<number> {
    return numberAt(await this.#engine.ask({ action: `inspect ${short(id)}` }, { method: 'GET', path: `${pathOf(id)}/json` }, signal, [404]), 'RestartCount');
  }

  logs(id: ContainerId, options: { readonly since?: string; readonly tail?: number }, signal?: AbortSignal): Promise<readonly ContainerLogLine[] | undefined> {
    return containerLogs(this.#engine, id, options, signal);
  }

  /** When it returns the container is gone, also where another removal was under way: that of a process that died, say. */
  remove(id: ContainerId, signal?: AbortSignal): Promise<void> {
    return this.#engine.orderWith({ action: `remove ${short(id)}` }, signal, async (inner) => {
      const deadline = performance.now() + OTHER_REMOVAL_MILLISECONDS;
      while ((await this.#removed(id, inner)) === 'under-way' && performance.now() < deadline) await delay(OTHER_REMOVAL_INTERVAL, undefined, { signal: inner });
    });
  }

  async #removed(id: ContainerId, signal: AbortSignal): Promise<'gone' | 'under-way'> {
    try {
      await this.#engine.call({ method: 'DELETE', path: `${pathOf(id)}?force=1&v=1` }, signal);
      return 'gone';
    } catch (error) {
      const status = statusOf(error);
      if (status === 404) return 'gone';
      if (status === 409) return 'under-way';
      throw error;
    }
  }
}

function hasFailed(error: unknown): error is CcMcpError {
  return error instanceof CcMcpError && error.code === 'ENGINE_FAILED';
}

function pathOf(id: ContainerId): string {
  return `/containers/${encodeURIComponent(id)}`;
}

function short(id: ContainerId): string {
  return `container ${id.slice(0, 12)}`;
}
