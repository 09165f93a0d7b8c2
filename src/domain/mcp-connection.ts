import type { Readable, Writable } from 'node:stream';
import type { ToolDefinition } from './fingerprint.ts';

export interface CallResult {
  /** Text contents joined by newlines. */
  readonly text: string;
  readonly isError: boolean;
}

/** A resource or a prompt as a client's model may be told of it. */
export interface ListedText {
  readonly name: string;
  /** Title, description, URI, and what its arguments say of themselves. */
  readonly texts: readonly unknown[];
}

/** An MCP client connected to one server over its stdio. */
export interface McpConnection extends AsyncDisposable {
  readonly era: 'legacy' | 'modern';
  readonly protocolVersion: string;
  readonly server: { readonly name: string; readonly version: string };
  /** What the server tells every client's model at the start. */
  readonly instructions: string | undefined;
  readonly capabilities: { readonly tools: boolean; readonly resources: boolean; readonly prompts: boolean };
  /** Lines on stdout that were not JSON-RPC, at most the first 20, each cut to 200 characters. */
  readonly strayLines: readonly string[];
  listTools(signal?: AbortSignal): Promise<readonly ToolDefinition[]>;
  listResources(signal?: AbortSignal): Promise<readonly ListedText[]>;
  listPrompts(signal?: AbortSignal): Promise<readonly ListedText[]>;
  callTool(name: string, args: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<CallResult>;
  /** Ends the server's stdin and nothing else. */
  closeInput(): void;
}

export interface ConnectOptions {
  /** What a client that is asked for its roots names. */
  readonly roots: readonly string[];
  readonly era?: 'modern';
}

export interface McpConnector {
  /**
   * Asks by `initialize`; a server that refuses it, because it only speaks 2026-07-28, is asked again by `server/discover` on the same
   * process. `era: 'modern'` asks by `server/discover` alone.
   */
  connect(streams: { readonly stdin: Writable; readonly stdout: Readable }, options: ConnectOptions, signal?: AbortSignal): Promise<McpConnection>;
}
