import { z } from 'zod';

const removed = z.object({
  containers: z.number(), networks: z.number(), volumes: z.array(z.string()), images: z.array(z.string()), clientEntries: z.array(z.string()),
});

export const uninstallResult = z.union([
  z.object({ outcome: z.literal('uninstalled'), server: z.string(), manifest: z.string(), removed, kept: z.array(z.string()) }),
  z.object({ outcome: z.literal('uninstalled-all'), servers: z.array(z.string()), removed, kept: z.array(z.string()) }),
]);

export const pruneResult = z.object({
  dryRun: z.boolean(),
  removed: z.object({ containers: z.array(z.string()), networks: z.array(z.string()), volumes: z.array(z.string()), images: z.array(z.string()), buildCache: z.array(z.string()) }),
  reclaimedBytes: z.number(),
});
