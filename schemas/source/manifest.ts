import { z } from 'zod';

const text = z.string();
const texts = z.array(text);
const variables = z.record(text, text);
const quantity = z.union([text, z.number()]);

const settings = {
  image: text.optional(),
  volumes: z.union([variables, texts]).optional().describe('Path on this machine → path inside, with an optional :ro; or a list of HOST:CONTAINER'),
  environment: variables.optional().describe('Name → literal, ${VAR} or ${secret:NAME}'),
  limits: z.looseObject({ memory: quantity.optional(), cpus: quantity.optional(), pids: z.int().positive().optional() }).optional(),
  network: text.optional().describe('A network of the engine to join, in place of none'),
};

const source = z.looseObject({
  type: z.enum(['npm', 'pypi', 'go', 'git', 'docker', 'local']), package: text.optional(), repository: text.optional().describe('git: its address'), path: text.optional().describe('git: the folder in it; local: the folder, relative to this file'), version: text.optional(), overrides: texts.optional(), bin: text.optional(),
  asOf: text.optional().describe('A day: with the dependencies that were published until then'),
  systemPackages: texts.optional().describe('Packages of the base image\'s distribution'),
  dockerfile: z.looseObject({ path: text, network: z.boolean().optional() }).optional().describe('git, local: the folder\'s own Dockerfile that it is built by'),
});

const permissions = z.looseObject({
  net: z.union([z.boolean(), texts]).optional(), read: texts.optional(), write: texts.optional(), env: texts.optional(),
  scripts: z.boolean().optional(), controlFiles: z.boolean().optional(),
});

const server = z.looseObject({
  mode: z.enum(['docker', 'external']).optional(),
  command: text.optional(),
  args: texts.optional(),
  url: text.optional(),
  ...settings,
  docker: z.looseObject({ ...settings, args: texts.optional() }).optional(),
  arguments: texts.optional().describe('After the executable inside the container'),
  source: source.optional(),
  permissions: permissions.optional(),
  statePaths: z.array(z.union([text, z.looseObject({ path: text, environment: variables.optional() })])).optional(),
  standby: z.union([z.enum(['safe', 'after-session', 'off']), z.literal(0)]).optional(),
  service: z.looseObject({ transport: z.enum(['http', 'sse']), port: z.int().positive().optional(), path: text.optional() }).optional().describe('It listens instead of reading its stdin: for streamable HTTP, or the HTTP with SSE of 2024'),
  pathsAsArguments: z.boolean().optional(),
  package: text.optional(),
});

/** mcp.json as MCP clients know it, with our keys beside theirs; what others keep there is theirs. */
export const manifestFile = z.looseObject({ mcpServers: z.record(text, server).optional() });
