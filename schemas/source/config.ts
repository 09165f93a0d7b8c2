import { z } from 'zod';

export const configResult = z.object({
  outcome: z.enum(['listed', 'changed', 'unchanged']),
  file: z.string(),
  settings: z.array(z.object({ key: z.string(), value: z.union([z.string(), z.number()]).nullable(), origin: z.enum(['default', 'file', 'environment']), from: z.string() })),
});
