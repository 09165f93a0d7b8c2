import { z } from 'zod';

const serverStatus = z.object({
  name: z.string(),
  mode: z.enum(['docker', 'external']),
  state: z.enum(['ready', 'idle', 'failed', 'installed', 'not-installed', 'not-approved', 'external', 'unknown']),
  version: z.string(),
  enabled: z.boolean(),
  sessions: z.number(),
  standbys: z.number(),
  url: z.string().nullable(),
  cpuPercent: z.number().nullable(),
  memoryBytes: z.number().nullable(),
  memoryLimitBytes: z.number().nullable(),
  permissions: z.object({ net: z.string(), read: z.array(z.string()), write: z.array(z.string()), env: z.array(z.string()) }),
  problems: z.array(z.string()),
});

export const statusReport = z.object({
  manifest: z.string(),
  engine: z.object({ reachable: z.boolean(), name: z.string(), reason: z.string() }),
  servers: z.array(serverStatus),
  standbyMemoryBytes: z.number(),
});

export const overview = z.object({
  version: z.string(), manifest: z.string(), servers: z.array(z.object({ name: z.string(), state: z.string() })),
});

export const logLine = z.object({ time: z.string(), session: z.string(), text: z.string() });

export const logsResult = z.object({ server: z.string(), manifest: z.string(), lines: z.array(logLine) });
