import { z } from 'zod';

const tools = z.record(z.string(), z.string());

export const gateReport = z.object({
  outcome: z.enum(['passed', 'warned', 'failed']),
  steps: z.array(z.object({
    step: z.enum(['companion', 'connection', 'capabilities', 'calls', 'security', 'network', 'shutdown']),
    outcome: z.enum(['passed', 'warned', 'failed', 'skipped']),
    title: z.string(),
    reason: z.string(),
    suggestions: z.array(z.string()),
    dependency: z.string().nullable().exactOptional(),
    hosts: z.array(z.object({ host: z.string(), asked: z.boolean().nullable(), granted: z.boolean() })).exactOptional(),
    milliseconds: z.number(),
  })),
  milliseconds: z.number(),
  proven: z.object({
    era: z.enum(['legacy', 'modern', 'dual']), protocolVersion: z.string(), serverName: z.string(), serverVersion: z.string(), tools, resources: z.number(), prompts: z.number(),
    service: z.object({ transport: z.enum(['http', 'sse']), port: z.number(), path: z.string() }).exactOptional(),
  }).exactOptional(),
});

export const testResult = z.object({ target: z.string(), server: z.string().nullable(), gate: gateReport });
