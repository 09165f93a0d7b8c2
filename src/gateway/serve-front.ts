import { Agent, createServer, type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders, request as ask, type Server, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { AskedCall } from './asked-call.ts';
import { type GuardOptions, refusalOf } from './front-guard.ts';

export interface FrontOptions extends GuardOptions {
  /** The server's name, for words. */
  readonly name: string;
  /** Where the server listens. */
  readonly host: string;
  readonly port: number;
}

const HEALTH_PATH = '/.cc-mcp/health';
/** Marks answers of our own, beside those of the server. */
const OWN = { 'cc-mcp-front': '1' };
/** Of one connection only, or nobody's business behind the front. */
const NOT_PASSED = new Set(['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'host', 'origin', 'authorization', 'cookie', 'expect']);
/** A server that was started again needs a moment, in which nothing has been asked of it. */
const LONGEST_START = 5000;
const PAUSE = 50;
/** Less than any server keeps a connection that is not used: what it has closed already must not be taken for its death. */
const IDLE = 3000;
const CLIENT_IDLE = 120_000;

/** The only way to a service: passes on what a client of this machine asks with the token, byte for byte, and says so when nobody answers. */
export function serveFront(options: FrontOptions, listenPort: number, host = '0.0.0.0'): Promise<Server> {
  const agent = new Agent({ keepAlive: true, timeout: IDLE });
  const server = createServer({ keepAliveTimeout: CLIENT_IDLE, requestTimeout: 0, noDelay: true }, (request, response) => {
    const refusal = refusalOf(request, options);
    if (refusal !== undefined) {
      const challenge = refusal.status === 401 ? { 'www-authenticate': 'Bearer' } : {};
      answer(response, refusal.status, { ...challenge, connection: 'close' }, { jsonrpc: '2.0', id: null, error: { code: -32000, message: `cc-mcp: ${refusal.reason}` } });
    } else if (request.url === HEALTH_PATH) void isListening(options).then((listens) => answer(response, 200, {}, { server: listens ? 'up' : 'down' }));
    else new Passage(request, response, options, agent).begin();
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(listenPort, host, () => resolve(server));
  });
}

/** One request through the front. */
class Passage {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #options: FrontOptions;
  readonly #agent: Agent;
  readonly #call = new AskedCall();
  readonly #deadline = performance.now() + LONGEST_START;
  #outgoing: ClientRequest | undefined;
  /** Whether the answer is a stream of events, none of which is cut. */
  #isBetweenEvents = false;

  constructor(request: IncomingMessage, response: ServerResponse, options: FrontOptions, agent: Agent) {
    this.#request = request;
    this.#response = response;
    this.#options = options;
    this.#agent = agent;
  }

  begin(): void {
    this.#response.on('close', () => {
      if (!this.#response.writableFinished) this.#outgoing?.destroy();
    });
    this.#try();
  }

  #try(): void {
    const { host, port } = this.#options;
    const { method, url } = this.#request;
    const outgoing = ask({ host, port, method, path: url, agent: this.#agent, headers: { ...passed(this.#request.headers), host: `localhost:${port}` } });
    this.#outgoing = outgoing;
    let isConnected = false;
    const begin = (): void => {
      isConnected = true;
      this.#request.on('data', (piece: Buffer) => this.#call.keep(piece)).pipe(outgoing);
    };
    outgoing.on('socket', (socket) => {
      if (socket.connecting) socket.once('connect', begin);
      else begin();
    });
    outgoing.on('response', (incoming) => this.#answered(incoming));
    outgoing.on('error', () => {
      if (this.#response.destroyed) return;
      if (!isConnected && performance.now() < this.#deadline) setTimeout(() => this.#response.destroyed || this.#try(), PAUSE);
      else this.#broken(isConnected ? `ended before it answered; ${AGAIN}` : 'does not answer. What is the matter');
    });
  }

  #answered(incoming: IncomingMessage): void {
    const response = this.#response;
    response.writeHead(incoming.statusCode ?? 502, passed(incoming.headers));
    response.flushHeaders();
    const isStream = incoming.headers['content-type']?.startsWith('text/event-stream') === true;
    this.#isBetweenEvents = isStream;
    incoming.on('data', (piece: Buffer) => {
      this.#isBetweenEvents = isStream && /\r?\n\r?\n$/.test(piece.toString('latin1', Math.max(0, piece.length - 4)));
    });
    incoming.on('error', () => {});
    incoming.on('close', () => {
      if (!incoming.complete && !response.destroyed) this.#broken(`ended while it answered; ${AGAIN}`);
    });
    incoming.pipe(response);
  }

  /** The server is gone: the engine starts it again, and whoever waits is told. */
  #broken(what: string): void {
    const response = this.#response;
    const id = this.#call.id();
    const { name } = this.#options;
    const error = { jsonrpc: '2.0', id: id ?? null, error: { code: -32000, message: `cc-mcp: ${name} ${what}: cc-mcp status ${name}`, data: { by: 'cc-mcp-front' } } };
    // A call is answered as a call: clients show the words of an error, and of a status only its number.
    if (!response.headersSent) answer(response, id === undefined ? 502 : 200, { connection: 'close' }, error);
    else if (id !== undefined && this.#isBetweenEvents) response.end(`event: message\ndata: ${JSON.stringify(error)}\n\n`);
    else response.destroy();
  }
}

const AGAIN = 'it is started again by itself, unless it ends again and again';

function passed(headers: IncomingMessage['headers']): OutgoingHttpHeaders {
  const named = new Set(String(headers.connection ?? '').toLowerCase().split(',').map((name) => name.trim()));
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !NOT_PASSED.has(name) && !named.has(name) && !name.startsWith('cc-mcp-')));
}

function answer(response: ServerResponse, status: number, headers: OutgoingHttpHeaders, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', ...OWN, ...headers }).end(JSON.stringify(body));
}

function isListening({ host, port }: FrontOptions): Promise<boolean> {
  const socket = connect({ host, port });
  const { promise, resolve } = Promise.withResolvers<boolean>();
  socket.once('connect', () => resolve(true)).once('error', () => resolve(false)).setTimeout(1000, () => resolve(false));
  return promise.finally(() => socket.destroy());
}
