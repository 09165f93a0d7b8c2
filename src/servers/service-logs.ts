import { serviceOfLabels } from '../domain/container-labels.ts';
import { LABEL } from '../domain/container-engine.ts';
import type { ContainerLogLine } from '../domain/container-engine.ts';
import { createRedactor } from '../domain/redact.ts';
import type { ServerKey } from '../domain/stores.ts';
import type { ServerPorts } from './ports.ts';
import type { LogLine, SessionLogs } from './session-logs.ts';

const POLL_MILLISECONDS = 500;

/** What a service wrote, which the engine keeps as long as there is its container. Values of its secrets are taken out here. */
export async function serviceLogs(ports: ServerPorts, key: ServerKey): Promise<SessionLogs> {
  const [state, { secrets }, home] = await Promise.all([ports.state.readServer(key), ports.secrets.read(key), ports.state.homeId()]);
  const redactor = createRedactor(Object.values(secrets));
  const labels = { [LABEL.home]: home, [LABEL.manifest]: key.manifestId, [LABEL.server]: key.server, [LABEL.service]: '' };
  const line = ({ time, text }: ContainerLogLine): LogLine => ({ time: new Date(time).toISOString(), session: 'service', text: redactor.redact(text) });
  const read = async (since: string | undefined, signal?: AbortSignal): Promise<readonly ContainerLogLine[]> => {
    if (state === undefined) return [];
    const { containers } = await ports.engine.connectTo(state.engine.address, signal);
    const own = (await containers.list(labels, signal)).find(({ name, labels: its }) => name === serviceOfLabels(its));
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
