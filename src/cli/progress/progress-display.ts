import { canRedraw, screenOf } from '../terminal.ts';
import type { OutputStream } from '../terminal.ts';
import type { ListenerOptions, ProgressDisplay } from './listener.ts';
import { LiveSteps } from './live-steps.ts';
import { PlainLines } from './plain-lines.ts';
import { Silence } from './silence.ts';

export interface ProgressDisplayOptions {
  readonly json: boolean;
  readonly stream: OutputStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where warnings are gathered; the display shows them through `line`. */
  readonly warn: (text: string) => void;
}

/** The listener that fits the place where stderr goes. */
export function progressDisplay({ json, stream, environment, warn }: ProgressDisplayOptions): ProgressDisplay {
  // Asked anew each time: a terminal can be made wider and narrower.
  const options: ListenerOptions = { write: (text) => void stream.write(text), get screen() { return screenOf(stream, environment); }, warn };
  if (json) return new Silence(options);
  return canRedraw(stream, environment) ? new LiveSteps(options) : new PlainLines(options);
}
