import type { ErrorCode, JsonValue } from '../domain/errors.ts';

/** The one document that `--json` prints (design 11). */
export interface SuccessEnvelope<T extends object> {
  readonly ok: true;
  readonly result: T;
  readonly warnings: readonly string[];
}

export interface FailureEnvelope {
  readonly ok: false;
  readonly error: FailureReport;
  readonly warnings: readonly string[];
}

/** Nothing of an error but this ever leaves the process. */
export interface FailureReport {
  readonly code: ErrorCode | 'INTERRUPTED' | 'BUG';
  readonly message: string;
  readonly suggestions: readonly string[];
  readonly details: Readonly<Record<string, JsonValue>>;
}

/** Every text inside a value, changed; keys and everything else stay. */
export function mapTexts<T>(value: T, change: (text: string) => string): T {
  const visit = (part: unknown): unknown => {
    if (typeof part === 'string') return change(part);
    if (Array.isArray(part)) return part.map(visit);
    if (part !== null && typeof part === 'object') return Object.fromEntries(Object.entries(part).map(([key, item]) => [key, visit(item)]));
    return part;
  };
  return visit(value) as T;
}
