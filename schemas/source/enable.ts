import { z } from 'zod';

export const enabled = z.object({
  outcome: z.enum(['enabled', 'already-enabled']), server: z.string(), manifest: z.string(), clientFile: z.string(), standby: z.enum(['ready', 'already-there', 'off']), url: z.string().exactOptional(),
});

export const disableResult = z.object({
  outcome: z.enum(['disabled', 'already-disabled', 'restored']), server: z.string(), manifest: z.string(), clientFile: z.string().nullable(), restored: z.boolean(),
});

export const approveResult = z.object({
  outcome: z.enum(['approved', 'already-approved']), server: z.string(), manifest: z.string(), changes: z.array(z.string()),
});
