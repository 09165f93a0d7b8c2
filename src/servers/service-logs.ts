import type { ContainerLogLine } from '../domain/container-engine.ts';
import { createRedactor } from '../domain/redact.ts';
import type { ServerKey } from '../domain/stores.ts';
import type { ServerPorts } from './ports.ts';
import { serviceContainer } from './service-container.ts';
import type { LogLine, SessionLogs } from './session-logs.ts';

const POLL_MILLISECONDS = 500;

/** What a service wrote, which the engine keeps as long as there is its container. Values of its secrets are taken out here. */
export async function serviceLogs(ports: ServerPorts, key: ServerKey): Promise<SessionLogs> {
  const [state, { secrets }] = await Promise.all([ports.state.readServer(key), ports.secrets.read(key)]);
  const redactor = createRedactor(Object.values(secrets));
  const line = ({ time, text }: ContainerLogLine): LogLine => ({ time: new Date(time).toISOString(), session: 'service', text: redactor.redact(text) });
  const read = async (since: string | undefined, signal?: AbortSignal): Promise<readonly ContainerLogLine[]> => {
    if (state === undefined) return [];
    const { containers } = await ports.engine.connectTo(state.engine.address, signal);
    const own = await serviceContainer(ports, containers, key, signal);
    return own === undefined ? [] : ((await containers.logs(own.id, since === undefined ? {} : { since }, signal)) ?? []);
  };
  return {
    read: async () => (await read(undefined)).map(line),
    async *follow(_folder, signal) {
      let last = new Date(ports.clock.now()).toISOString();
      while (!signal.aborted) {
        for (const entry of await read(last, signal)) {
          // What was said at that very moment is given again.
          if (entry.time <= last) continue;
          last = entry.time;
          yield line(entry);
        }
        await ports.clock.sleep(POLL_MILLISECONDS, signal).catch(() => undefined);
      }
    },
  };
}
