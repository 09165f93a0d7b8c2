import { z } from 'zod';

const texts = z.array(z.string());
const variables = z.record(z.string(), z.string());

const packageSource = z.object({
  type: z.enum(['npm', 'pypi', 'git', 'local', 'go', 'docker']), package: z.string(), path: z.string().exactOptional(), version: z.string().exactOptional(), overrides: texts.exactOptional(), bin: z.string().exactOptional(),
  systemPackages: texts.exactOptional(),
});

const configurationValue = z.object({
  name: z.string(), description: z.string(), required: z.boolean(), secret: z.boolean(), example: z.string().exactOptional(), default: z.string().exactOptional(),
});

const companion = z.object({
  name: z.string(), image: z.string(), user: z.string(), command: texts, environment: variables, tmpfs: variables, memory: z.string(), ready: texts, configuration: variables, arguments: texts,
});

const expectedCall = z.object({
  title: z.string(), tool: z.string(), arguments: z.record(z.string(), z.unknown()),
  expect: z.object({
    text: z.string().exactOptional(), contains: z.string().exactOptional(), matches: z.string().exactOptional(), isError: z.boolean().exactOptional(),
  }),
});

const deprecation = z.object({ reason: z.string(), replacement: z.string() });

const marketplacePackage = z.object({
  name: z.string(),
  version: z.string(),
  title: z.string(),
  description: z.string(),
  author: z.string(),
  homepage: z.string().exactOptional(),
  license: z.string().exactOptional(),
  keywords: texts,
  deprecated: deprecation.exactOptional(),
  notes: texts,
  source: packageSource,
  arguments: texts,
  permissions: z.object({ net: z.union([z.literal('none'), z.literal('full'), texts]), read: texts, write: texts, env: texts, scripts: z.boolean() }),
  pathsAsArguments: z.boolean(),
  configuration: z.array(configurationValue),
  statePaths: z.array(z.object({ path: z.string(), environment: variables })),
  standby: z.enum(['safe', 'after-session', 'off']),
  service: z.object({ transport: z.enum(['http', 'sse']), port: z.number().exactOptional(), path: z.string().exactOptional() }).exactOptional(),
  limits: z.object({ memory: z.string().exactOptional(), cpus: z.string().exactOptional(), pids: z.number().exactOptional() }).exactOptional(),
  tests: z.object({ companion: companion.exactOptional(), calls: z.array(expectedCall), timeout: z.number() }),
});

export const infoResult = z.object({ package: marketplacePackage });

export const searchResult = z.object({
  query: z.string(),
  packages: z.array(z.object({ name: z.string(), version: z.string(), title: z.string(), description: z.string(), source: z.string(), deprecated: deprecation.exactOptional() })),
});
