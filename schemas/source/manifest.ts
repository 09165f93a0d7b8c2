import { z } from 'zod';

const texts = z.array(z.string());
const variables = z.record(z.string(), z.string());
const limits = z.looseObject({ memory: z.string().optional(), cpus: z.string().optional(), pids: z.number().int().positive().optional() });

const container = {
  image: z.string().optional(),
  volumes: variables.optional().describe('Path on this machine → path inside, with an optional :ro'),
  environment: variables.optional().describe('Name → literal, ${VAR} or ${secret:NAME}'),
  limits: limits.optional(),
  network: z.string().optional(),
};

const source = z.looseObject({
  type: z.enum(['npm', 'pypi']), package: z.string(), version: z.string().optional(), overrides: texts.optional(), bin: z.string().optional(),
});

const permissions = z.looseObject({
  net: z.union([z.boolean(), texts]).optional(), read: texts.optional(), write: texts.optional(), env: texts.optional(),
  scripts: z.boolean().optional(), controlFiles: z.boolean().optional(),
});

const server = z.looseObject({
  mode: z.enum(['docker', 'external']).optional(),
  command: z.string().optional(),
  args: texts.optional(),
  url: z.string().optional(),
  docker: z.looseObject(container).optional(),
  ...container,
  source: source.optional(),
  permissions: permissions.optional(),
});

/** mcp.json as MCP clients know it, with our keys beside theirs; what others keep there is theirs. */
export const manifestFile = z.looseObject({ mcpServers: z.record(z.string(), server).optional() });
