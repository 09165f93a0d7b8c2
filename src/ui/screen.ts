/** What a view knows of the place where its text will stand. */
export interface Screen {
  readonly columns: number;
  readonly color: boolean;
}

export type Style = 'green' | 'red' | 'yellow' | 'dim' | 'bold';

const CODES = { green: [32, 39], red: [31, 39], yellow: [33, 39], dim: [2, 22], bold: [1, 22] } as const satisfies Record<Style, readonly [number, number]>;

export function paint(screen: Screen, style: Style, text: string): string {
  const [on, off] = CODES[style];
  return screen.color && text !== '' ? `\u001B[${on}m${text}\u001B[${off}m` : text;
}
