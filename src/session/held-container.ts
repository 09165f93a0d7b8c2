import type { ByteChannel } from '../domain/byte-channel.ts';
import type { Attachment, ContainerId, SessionEngine } from '../domain/container-engine.ts';
import type { ContainerRecord, OwnedToken } from '../domain/run-directory.ts';

/** A container that is this session's alone, attached. */
export interface HeldContainer {
  readonly engine: SessionEngine;
  readonly id: ContainerId;
  readonly record: ContainerRecord;
  readonly owned: OwnedToken;
  /** stdin and stdout. stderr has a connection of its own, so that a flood of it can be slowed down alone. */
  readonly channel: ByteChannel;
  /** Attached before the start of a cold container, so that its last words are always seen. */
  readonly stderr: Attachment | undefined;
  readonly origin: 'standby' | 'cold';
}

export const STDERR = { stdin: false, stdout: false, stderr: true } as const;
