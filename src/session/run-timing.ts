/** The waits of a session, in milliseconds. */
export interface RunTiming {
  /** From the first answer to the making of the next standby: the client's own start should have the machine to itself. */
  readonly replacement: number;
  /** From the first answer until a container that loaded at all CPUs goes down to its limit. */
  readonly settle: number;
  /** For the first answer; later calls may take as long as they like. */
  readonly firstAnswer: number;
  /** After the client's end of input, when nothing was answered yet: a server that is still loading may give what it was asked for. */
  readonly lateAnswer: number;
  readonly activity: number;
  /** How often a living session writes its token again, should `run/` have been lost. */
  readonly heartbeat: number;
}

export const RUN_TIMING: RunTiming = {
  replacement: 2500, settle: 1500, firstAnswer: 30_000, lateAnswer: 10_000, activity: 10_000, heartbeat: 60 * 60 * 1000,
};
