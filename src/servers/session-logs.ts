export interface LogLine {
  /** ISO 8601. */
  readonly time: string;
  readonly session: string;
  readonly text: string;
}

/** The kept output of a server, as the session room wrote it, or as the engine keeps it. */
export interface SessionLogs {
  /** Every line of every file of a folder, oldest first. */
  read(folder: string): Promise<readonly LogLine[]>;
  /** Lines written after the call, until the signal; no line twice. */
  follow(folder: string, signal: AbortSignal): AsyncIterable<LogLine>;
}
