import { z } from 'zod';

export const completionResult = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('script'), shell: z.enum(['bash', 'fish', 'zsh']), script: z.string() }),
  z.object({ kind: z.literal('names'), names: z.array(z.string()) }),
]);
