/** What every container of ours can write besides what it is given: sized, because a tmpfs counts as memory. */
export const SCRATCH = 'rw,nosuid,nodev,noexec,size=64m,mode=1777';
export const TMPFS = { '/tmp': SCRATCH } as const;
