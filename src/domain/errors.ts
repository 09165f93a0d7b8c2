/** Exit codes of every command (design 11). 1 is kept for bugs: nothing in the tree throws it on purpose. */
export const EXIT = {
  done: 0, bug: 1, usage: 2, notFound: 3, engine: 4, refused: 5, partial: 6, source: 7, gate: 8,
} as const;

/** The closed set of failure codes, each with the exit code that it ends a command with. */
export const ERROR_EXIT = {
  USAGE: EXIT.usage,
  INVALID_NAME: EXIT.usage,
  INVALID_REFERENCE: EXIT.usage,
  INVALID_VALUE: EXIT.usage,
  UNSUPPORTED: EXIT.usage,
  SERVER_NOT_FOUND: EXIT.notFound,
  PACKAGE_NOT_FOUND: EXIT.notFound,
  VERSION_NOT_FOUND: EXIT.notFound,
  FILE_NOT_FOUND: EXIT.notFound,
  ENGINE_UNREACHABLE: EXIT.engine,
  ENGINE_FAILED: EXIT.engine,
  CONFLICT: EXIT.refused,
  REFUSED: EXIT.refused,
  NOT_APPROVED: EXIT.refused,
  NOT_ENABLED: EXIT.refused,
  CONSENT_NEEDED: EXIT.refused,
  VALUE_MISSING: EXIT.refused,
  MANIFEST_INVALID: EXIT.refused,
  LOCK_INVALID: EXIT.refused,
  IMAGE_MISSING: EXIT.refused,
  DISK: EXIT.refused,
  PARTIAL: EXIT.partial,
  SOURCE_UNREACHABLE: EXIT.source,
  RESOLUTION_FAILED: EXIT.source,
  BUILD_FAILED: EXIT.source,
  GATE_FAILED: EXIT.gate,
} as const satisfies Record<string, number>;

export type ErrorCode = keyof typeof ERROR_EXIT;
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

export interface CcMcpErrorOptions {
  /** What to type next, one command or sentence each. */
  readonly suggestions?: readonly string[];
  /** Facts for `--json`; never a secret. */
  readonly details?: Readonly<Record<string, JsonValue>>;
  readonly cause?: unknown;
}

/** A failure that a user can act on. Everything else that is thrown is a bug (exit 1). */
export class CcMcpError extends Error {
  override readonly name = 'CcMcpError';
  readonly code: ErrorCode;
  readonly suggestions: readonly string[];
  readonly details: Readonly<Record<string, JsonValue>>;

  constructor(code: ErrorCode, message: string, options: CcMcpErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.suggestions = options.suggestions ?? [];
    this.details = options.details ?? {};
  }

  get exitCode(): number {
    return ERROR_EXIT[this.code];
  }
}
