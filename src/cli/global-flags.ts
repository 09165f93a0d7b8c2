import { boolean, string } from '@oclif/core/flags';

/** Of every command but `run`. */
export const GLOBAL_FLAGS = {
  json: boolean({ summary: 'Print the result as one JSON document', helpGroup: 'GLOBAL' }),
  manifest: string({ summary: 'mcp.json to work on (else CC_MCP_CONFIG, the project\'s, the global one)', helpValue: 'PATH', helpGroup: 'GLOBAL' }),
  engine: string({ summary: 'Container engine, as unix:///path or tcp://host:port (else CC_MCP_ENGINE)', helpValue: 'ADDRESS', helpGroup: 'GLOBAL' }),
};

export interface GlobalFlags {
  readonly manifest?: string | undefined;
  readonly engine?: string | undefined;
}
