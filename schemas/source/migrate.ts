import { z } from 'zod';
import { disableResult, enabled } from './enable.ts';
import { oneInstall } from './install.ts';

const migrated = z.object({ outcome: z.enum(['migrated', 'planned']), server: z.string(), manifest: z.string(), entry: z.enum(['manifest', 'client']), install: oneInstall });

/** With `--mode` an external entry moves into a container, or comes back. */
export const enableResult = z.union([enabled, migrated, disableResult]);
