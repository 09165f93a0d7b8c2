/** The steps of a long operation, in the order in which they are shown. */
export type Step = 'resolve' | 'pull' | 'lock' | 'build' | 'companion' | 'connection' | 'capabilities' | 'calls' | 'security' | 'network' | 'shutdown' | 'commit' | 'enable' | 'remove';

export type ProgressEvent =
  | { readonly type: 'step-started'; readonly step: Step; readonly label: string }
  | { readonly type: 'step-output'; readonly step: Step; readonly line: string }
  | { readonly type: 'step-ended'; readonly step: Step; readonly outcome: 'passed' | 'warned' | 'failed' | 'skipped'; readonly label: string; readonly milliseconds: number }
  | { readonly type: 'note'; readonly text: string }
  | { readonly type: 'warning'; readonly text: string };

/** Where an operation says how far it is. Ink, plain lines and silence are listeners. */
export interface Progress {
  report(event: ProgressEvent): void;
}
