import { z } from 'zod';
import { ERROR_EXIT } from '../../src/domain/errors.ts';
import type { ErrorCode, JsonValue } from '../../src/domain/errors.ts';

const json: z.ZodType<JsonValue> = z.lazy(() => z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(json), z.record(z.string(), json)]));
const codes = Object.keys(ERROR_EXIT) as ErrorCode[];

export const errorCode = z.enum(codes);

export const failureReport = z.object({
  code: z.enum([...codes, 'INTERRUPTED', 'BUG']),
  message: z.string(),
  suggestions: z.array(z.string()),
  details: z.record(z.string(), json),
});

/** What `--json` prints, for a command with this result. */
export function envelope<T extends z.ZodType>(result: T) {
  return z.discriminatedUnion('ok', [
    z.object({ ok: z.literal(true), result, warnings: z.array(z.string()) }),
    z.object({ ok: z.literal(false), error: failureReport, warnings: z.array(z.string()) }),
  ]);
}
