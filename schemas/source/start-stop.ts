import { z } from 'zod';

const ended = { server: z.string(), manifest: z.string(), sessions: z.number(), standbys: z.number() };

export const startResult = z.object({ outcome: z.enum(['started', 'already-started', 'on-demand']), server: z.string(), manifest: z.string(), url: z.string().exactOptional() });

export const stopResult = z.object({ outcome: z.enum(['stopped', 'already-stopped']), ...ended });

export const restartResult = z.object({ outcome: z.enum(['restarted', 'on-demand']), ...ended, url: z.string().exactOptional() });
