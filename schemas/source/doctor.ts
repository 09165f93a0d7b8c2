import { z } from 'zod';

const engineAddress = z.union([
  z.object({ kind: z.literal('unix'), path: z.string() }),
  z.object({
    kind: z.literal('tcp'), host: z.string(), port: z.number(), tls: z.object({ ca: z.string(), cert: z.string(), key: z.string() }).exactOptional(),
  }),
]);

export const doctorReport = z.object({
  healthy: z.boolean(),
  checks: z.array(z.object({ name: z.string(), outcome: z.enum(['ok', 'warning', 'problem']), text: z.string(), suggestions: z.array(z.string()) })),
  discovery: z.array(z.object({
    strategy: z.string(), outcome: z.enum(['won', 'not-applicable', 'failed', 'not-tried']), reason: z.string(), address: engineAddress.exactOptional(),
  })),
});
