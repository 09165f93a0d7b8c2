import { z } from 'zod';
import { enabled } from './enable.ts';
import { errorCode } from './envelope.ts';
import { gateReport } from './gate.ts';

const installPlan = z.object({
  server: z.string(),
  manifest: z.string(),
  title: z.string(),
  description: z.string(),
  code: z.array(z.object({
    what: z.enum(['package', 'dependencies', 'override', 'system package', 'base image', 'template', 'lifecycle scripts', 'Dockerfile', 'companion']), name: z.string(), origin: z.string(),
  })),
  arguments: z.array(z.string()),
  environment: z.record(z.string(), z.string()),
  permissions: z.object({
    net: z.string(), read: z.array(z.string()), write: z.array(z.string()), volumes: z.array(z.string()), state: z.array(z.string()), env: z.array(z.string()),
    scripts: z.boolean(),
  }),
  limits: z.object({ memory: z.string(), cpus: z.string(), pids: z.number() }),
  transport: z.string(),
  gate: z.enum(['full', 'connection and capabilities']),
  missing: z.array(z.string()),
});

const lockedServer = z.object({
  server: z.string(),
  outcome: z.enum(['installed', 'up-to-date', 'planned', 'failed']),
  version: z.string(),
  image: z.string(),
  recipe: z.string(),
  built: z.boolean(),
  enabled: z.boolean(),
  missing: z.array(z.string()),
  plan: installPlan.exactOptional(),
  gate: gateReport.exactOptional(),
  error: z.object({ code: errorCode, message: z.string(), suggestions: z.array(z.string()) }).exactOptional(),
});

export const rebuildResult = z.object({
  outcome: z.enum(['rebuilt', 'unchanged']), server: z.string(), manifest: z.string(), version: z.string(), image: z.string(), recipe: z.string(), enabled: z.boolean(),
  gate: gateReport.exactOptional(),
});

const lockedInstall = z.object({ manifest: z.string(), servers: z.array(lockedServer) });

export const oneInstall = z.object({
  outcome: z.enum(['installed', 'updated', 'already-installed', 'planned']),
  server: z.string(),
  manifest: z.string(),
  version: z.string(),
  image: z.string(),
  recipe: z.string(),
  built: z.boolean(),
  asOf: z.string().exactOptional(),
  plan: installPlan,
  gate: gateReport.exactOptional(),
  changes: z.array(z.string()),
  enabled: z.boolean(),
  enabling: enabled.exactOptional(),
  missing: z.array(z.string()),
});

/** Of one server, or of all that a manifest has. */
export const installResult = z.union([oneInstall, lockedInstall]);
