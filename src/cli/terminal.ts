import type { Screen } from '../ui/screen.ts';

export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

type Environment = Readonly<Record<string, string | undefined>>;

const PIPED_COLUMNS = 80;
const LEAST_COLUMNS = 20;

/** Width and colour of a stream: no colour when piped, on a dumb terminal, or where NO_COLOR is set; FORCE_COLOR insists. */
export function screenOf(stream: OutputStream, environment: Environment): Screen {
  const terminal = stream.isTTY === true;
  const columns = terminal && stream.columns !== undefined && stream.columns > 0 ? stream.columns : PIPED_COLUMNS;
  return { columns: Math.max(LEAST_COLUMNS, columns), color: wantsColor(terminal, environment) };
}

function wantsColor(terminal: boolean, { NO_COLOR, FORCE_COLOR, TERM }: Environment): boolean {
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return terminal && TERM !== 'dumb';
}

/** Whether lines may be redrawn: not in a log, a CI job, or on a terminal that cannot move its cursor. */
export function canRedraw(stream: OutputStream, { CI, TERM }: Environment): boolean {
  return stream.isTTY === true && TERM !== 'dumb' && (CI === undefined || CI === '' || CI === 'false');
}
