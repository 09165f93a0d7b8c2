import type { Progress } from '../../domain/progress.ts';
import type { Screen } from '../../ui/screen.ts';
import { canRedraw, screenOf } from '../terminal.ts';
import type { OutputStream } from '../terminal.ts';
import { LiveSteps } from './live-steps.ts';
import { PlainLines } from './plain-lines.ts';
import { Silence } from './silence.ts';

/** A listener that owns stderr while a command works. */
export interface ProgressDisplay extends Progress, Disposable {
  /** Writes a line of somebody else, above what is being redrawn. */
  line(text: string): void;
  /** Leaves the cursor at the beginning of an empty line, for a question or the end. */
  pause(): void;
}

export interface ProgressDisplayOptions {
  readonly json: boolean;
  readonly stream: OutputStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where warnings are gathered; the display shows them through `line`. */
  readonly warn: (text: string) => void;
}

export interface ListenerOptions {
  readonly write: (text: string) => void;
  readonly screen: Screen;
  readonly warn: (text: string) => void;
}

export function progressDisplay({ json, stream, environment, warn }: ProgressDisplayOptions): ProgressDisplay {
  const options: ListenerOptions = { write: (text) => void stream.write(text), screen: screenOf(stream, environment), warn };
  if (json) return new Silence(options);
  return canRedraw(stream, environment) ? new LiveSteps(options) : new PlainLines(options);
}
