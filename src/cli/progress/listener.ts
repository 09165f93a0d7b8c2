import type { Progress } from '../../domain/progress.ts';
import type { Screen } from '../../ui/screen.ts';

/** A listener that owns stderr while a command works. */
export interface ProgressDisplay extends Progress, Disposable {
  /** Writes a line of somebody else, above what is being redrawn. */
  line(text: string): void;
  /** Leaves the cursor at the beginning of an empty line, for a question or the end. */
  pause(): void;
}

export interface ListenerOptions {
  readonly write: (text: string) => void;
  readonly screen: Screen;
  readonly warn: (text: string) => void;
}
