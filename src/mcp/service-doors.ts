import type { IncomingMessage } from 'node:http';
import { type DoorState, HEALTH_PATH, type ServiceDoors } from '../domain/service-door.ts';
import { bridgeChannel } from './bridge-channel.ts';
import { DoorHttp, isBrokenOff, isEventStream, textOf } from './door-http.ts';
import { HttpBridge } from './http-bridge.ts';
import { SseBridge } from './sse-bridge.ts';

const PATIENCE = 3000;
const FIRST = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 'cc-mcp', method: 'ping' }));

/** Services over HTTP, without a library. */
export const serviceDoors: ServiceDoors = {
  async state(door) {
    const http = new DoorHttp(door);
    try {
      const answer = await http.ask({ method: 'GET', path: HEALTH_PATH, signal: AbortSignal.timeout(PATIENCE) });
      const text = await textOf(answer);
      if (answer.headers['cc-mcp-front'] === undefined || answer.statusCode !== 200) return 'nobody';
      return text.includes('"up"') ? 'server' : 'front';
    } catch (error) {
      if (!isBrokenOff(error)) throw error;
      return 'nobody' satisfies DoorState;
    } finally {
      http.close();
    }
  },

  connect(door, explain) {
    const http = new DoorHttp(door);
    return bridgeChannel((write) => (door.transport === 'sse' ? new SseBridge(http, write, explain) : new HttpBridge(http, write, explain)));
  },

  async probe(door, signal) {
    const http = new DoorHttp(door);
    const limit = AbortSignal.timeout(PATIENCE);
    const ended = signal === undefined ? limit : AbortSignal.any([signal, limit]);
    try {
      const headers = { accept: 'application/json, text/event-stream' };
      const answer = await (door.transport === 'sse' ? http.ask({ method: 'GET', headers, signal: ended }) : http.ask({ method: 'POST', headers, body: FIRST, signal: ended }));
      if (answer.headers['cc-mcp-front'] !== undefined) {
        answer.destroy();
        return 'no-answer';
      }
      return await (door.transport === 'sse' ? speaksSse(answer) : speaksHttp(answer));
    } catch (error) {
      if (!isBrokenOff(error)) throw error;
      return 'no-answer';
    } finally {
      http.close();
    }
  },
};

async function speaksSse(answer: IncomingMessage): Promise<'yes' | 'no'> {
  answer.destroy();
  return answer.statusCode === 200 && isEventStream(answer) ? 'yes' : 'no';
}

/** A server without such a path says 404 in its own words; one that misses a session says it in MCP's. */
async function speaksHttp(answer: IncomingMessage): Promise<'yes' | 'no'> {
  const { statusCode = 0 } = answer;
  if (statusCode < 400 || isEventStream(answer)) {
    answer.destroy();
    return statusCode < 300 ? 'yes' : 'no';
  }
  return (await textOf(answer)).includes('"jsonrpc"') ? 'yes' : 'no';
}
