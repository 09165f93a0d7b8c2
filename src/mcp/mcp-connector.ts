import { basename } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import type { Client } from '@modelcontextprotocol/client';
import type { ConnectOptions, McpConnection, McpConnector } from '../domain/mcp-connection.ts';
import { ChannelTransport } from './channel-transport.ts';
import { isAnswer, sdkFailure } from './sdk-failure.ts';
import { NO_SDK_TIMEOUT, SdkConnection } from './sdk-connection.ts';
import { StdioChannel } from './stdio-channel.ts';

const MODERN = '2026-07-28';
type Sdk = typeof import('@modelcontextprotocol/client');

/** The SDK's client over streams that somebody else opened. The SDK is loaded at the first connection. */
export class SdkMcpConnector implements McpConnector {
  readonly #version: string;

  /** `version` is what the server is told of us. */
  constructor(version: string) {
    this.#version = version;
  }

  async connect(
    streams: { readonly stdin: Writable; readonly stdout: Readable },
    options: ConnectOptions,
    signal?: AbortSignal,
  ): Promise<McpConnection> {
    const channel = new StdioChannel(streams);
    try {
      signal?.throwIfAborted();
      const sdk = await import('@modelcontextprotocol/client');
      const client = options.era === 'modern' ? await this.#discover(sdk, channel, options.roots, signal) : await this.#negotiate(sdk, channel, options.roots, signal);
      return new SdkConnection(client, channel);
    } catch (error) {
      channel[Symbol.dispose]();
      throw error;
    }
  }

  async #negotiate(sdk: Sdk, channel: StdioChannel, roots: readonly string[], signal: AbortSignal | undefined): Promise<Client> {
    const requestOptions = { timeout: NO_SDK_TIMEOUT, ...(signal && { signal }) };
    const legacy = this.#client(sdk, roots, 'legacy');
    try {
      await legacy.connect(new ChannelTransport(channel), requestOptions);
      return legacy;
    } catch (refused) {
      // Only a server that answers, and with an error, may be one of the modern era alone.
      if (!isAnswer(refused) || signal?.aborted === true) throw sdkFailure(refused, 'initialize', channel, signal);
      const modern = this.#client(sdk, roots, { pin: MODERN });
      try {
        await connectUnless(signal, modern, new ChannelTransport(channel));
        return modern;
      } catch (error) {
        // What the server said to the first question says more than that it does not know the second.
        throw sdkFailure(channel.end === undefined ? refused : error, 'initialize', channel, signal);
      }
    }
  }

  async #discover(sdk: Sdk, channel: StdioChannel, roots: readonly string[], signal: AbortSignal | undefined): Promise<Client> {
    const modern = this.#client(sdk, roots, { pin: MODERN });
    try {
      await connectUnless(signal, modern, new ChannelTransport(channel));
      return modern;
    } catch (error) {
      throw sdkFailure(error, 'server/discover', channel, signal);
    }
  }

  #client(sdk: Sdk, roots: readonly string[], mode: 'legacy' | { readonly pin: string }): Client {
    const client = new sdk.Client({ name: 'cc-mcp', version: this.#version }, {
      capabilities: { roots: {} },
      versionNegotiation: { mode, probe: { timeoutMs: NO_SDK_TIMEOUT } },
    });
    client.setRequestHandler('roots/list', () => ({ roots: roots.map((path) => ({ uri: pathToFileURL(path).href, name: basename(path) })) }));
    client.fallbackRequestHandler = async (request) => {
      throw new sdk.ProtocolError(-32601, `cc-mcp tests this server without a user and without a model: it does not offer ${request.method}`);
    };
    return client;
  }
}

/** The SDK's `server/discover` does not look at a signal, but it ends with its transport. */
async function connectUnless(signal: AbortSignal | undefined, client: Client, transport: ChannelTransport): Promise<void> {
  const close = (): void => void transport.close();
  signal?.addEventListener('abort', close, { once: true });
  try {
    await client.connect(transport);
  } finally {
    signal?.removeEventListener('abort', close);
  }
}
