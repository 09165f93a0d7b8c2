import type { ProcessIdentity } from '../domain/run-directory.ts';
import type { FileEditor } from './edit-file.ts';
import type { Home } from './home.ts';

/** What every file of the home is kept with. */
export interface HomeFiles {
  readonly home: Home;
  readonly editor: FileEditor;
  readonly self: () => ProcessIdentity;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Told what was lost or could not be kept; the work goes on. */
  readonly warn: (text: string) => void;
}
