import type { Client, StandardSchemaV1, Tool } from '@modelcontextprotocol/client';
import { CcMcpError } from '../domain/errors.ts';
import type { ToolDefinition } from '../domain/fingerprint.ts';
import type { CallResult, ListedText, McpConnection } from '../domain/mcp-connection.ts';
import { sdkFailure } from './sdk-failure.ts';
import type { StdioChannel } from './stdio-channel.ts';

const MAXIMUM_PAGES = 64;
/** Our callers' signals end every request; the SDK's own limit must not come first. */
export const NO_SDK_TIMEOUT = 24 * 60 * 60 * 1000;

/** A negotiated SDK client as our port. */
export class SdkConnection implements McpConnection {
  readonly era: 'legacy' | 'modern';
  readonly protocolVersion: string;
  readonly server: { readonly name: string; readonly version: string };
  readonly instructions: string | undefined;
  readonly capabilities: { readonly tools: boolean; readonly resources: boolean; readonly prompts: boolean };
  readonly #client: Client;
  readonly #channel: StdioChannel;
  #tools = new Map<string, Tool>();

  constructor(client: Client, channel: StdioChannel) {
    this.#client = client;
    this.#channel = channel;
    this.era = client.getProtocolEra() === 'modern' ? 'modern' : 'legacy';
    this.protocolVersion = client.getNegotiatedProtocolVersion() ?? '';
    const { name = '', version = '' } = client.getServerVersion() ?? {};
    this.server = { name, version };
    this.instructions = client.getInstructions();
    const announced = client.getServerCapabilities();
    this.capabilities = { tools: announced?.tools !== undefined, resources: announced?.resources !== undefined, prompts: announced?.prompts !== undefined };
  }

  get strayLines(): readonly string[] {
    return this.#channel.strayLines;
  }

  /** As the server sent them, so that the fingerprints are those of the bytes that `run` passes on. */
  async listTools(signal?: AbortSignal): Promise<readonly ToolDefinition[]> {
    const raw: ToolDefinition[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MAXIMUM_PAGES; page += 1) {
      const params = cursor === undefined ? {} : { cursor };
      const result = await this.#ask('tools/list', signal, (options) => this.#client.request({ method: 'tools/list', params }, AS_SENT, options));
      raw.push(...toolsOf(result));
      cursor = typeof result['nextCursor'] === 'string' ? result['nextCursor'] : undefined;
      if (cursor === undefined) {
        await this.#check(raw);
        return raw;
      }
    }
    throw invalid(`tools/list has more than ${MAXIMUM_PAGES} pages`);
  }

  async listResources(signal?: AbortSignal): Promise<readonly ListedText[]> {
    const result = await this.#ask('resources/list', signal, (options) => this.#client.listResources(undefined, options));
    return result.resources.map(({ name, title, description, uri, annotations }) => ({ name, texts: [title, description, uri, annotations] }));
  }

  async listPrompts(signal?: AbortSignal): Promise<readonly ListedText[]> {
    const result = await this.#ask('prompts/list', signal, (options) => this.#client.listPrompts(undefined, options));
    return result.prompts.map(({ name, title, description, arguments: takes }) => ({ name, texts: [title, description, ...(takes ?? []).flatMap((argument) => [argument.name, argument.description])] }));
  }

  async callTool(name: string, args: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<CallResult> {
    const toolDefinition = this.#tools.get(name);
    const result = await this.#ask('tools/call', signal, (options) =>
      this.#client.callTool({ name, arguments: { ...args } }, { ...options, ...(toolDefinition && { toolDefinition }) }));
    const text = result.content.flatMap((content) => (content.type === 'text' ? [content.text] : [])).join('\n');
    return { text, isError: result.isError === true };
  }

  closeInput(): void {
    this.#channel.closeInput();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.close();
    this.#channel[Symbol.dispose]();
  }

  async #ask<T>(method: string, signal: AbortSignal | undefined, request: (options: { timeout: number; signal?: AbortSignal }) => Promise<T>): Promise<T> {
    try {
      return await request({ timeout: NO_SDK_TIMEOUT, ...(signal && { signal }) });
    } catch (error) {
      throw sdkFailure(error, method, this.#channel, signal);
    }
  }

  /** What a real client would refuse, the gate refuses too; and calls check results against these definitions. */
  async #check(tools: readonly ToolDefinition[]): Promise<void> {
    const { isSpecType } = await import('@modelcontextprotocol/client');
    this.#tools = new Map();
    for (const tool of tools) {
      if (!isSpecType.Tool(tool)) throw invalid(`tools/list: the definition of "${tool.name}" is not valid`);
      if (this.#tools.has(tool.name)) throw invalid(`tools/list: "${tool.name}" stands there twice`);
      this.#tools.set(tool.name, tool);
    }
  }
}

type JsonObject = Readonly<Record<string, unknown>>;

/** Gives a result as it came, checked for no more than being an object. */
const AS_SENT: StandardSchemaV1<JsonObject, JsonObject> = {
  '~standard': {
    version: 1,
    vendor: 'cc-mcp',
    validate: (value) => (isObject(value) ? { value } : { issues: [{ message: 'not an object' }] }),
  },
};

function toolsOf(result: JsonObject): readonly ToolDefinition[] {
  const tools = result['tools'];
  if (!Array.isArray(tools) || !tools.every(isNamed)) throw invalid('tools/list: "tools" is not a list of named tools');
  return tools;
}

function isNamed(value: unknown): value is ToolDefinition {
  return isObject(value) && typeof value['name'] === 'string';
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(message: string): CcMcpError {
  return new CcMcpError('GATE_FAILED', `protocol error: ${message}`, { details: { fault: 'invalid' } });
}
