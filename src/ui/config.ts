import { sanitizeLine } from '../domain/sanitize.ts';
import { paint } from './screen.ts';
import type { Screen } from './screen.ts';

export interface ConfigProps {
  readonly outcome: 'listed' | 'changed' | 'unchanged';
  readonly file: string;
  readonly settings: readonly { readonly key: string; readonly value: string | number | null; readonly origin: 'default' | 'file' | 'environment'; readonly from: string }[];
}

/** `get` prints the value alone, for scripts; a list says below each value where it comes from. */
export function configView(action: 'list' | 'get' | 'set' | 'unset', { outcome, file, settings }: ConfigProps, screen: Screen): string {
  const [first] = settings;
  switch (action) {
    case 'get': return first?.value === null || first === undefined ? '' : sanitizeLine(String(first.value), 400);
    case 'list': return settings.flatMap((setting) => [line(setting), paint(screen, 'dim', `  ${sanitizeLine(setting.from)}`)]).join('\n');
    case 'set':
    case 'unset': {
      const said = outcome === 'unchanged' ? 'Nothing to change' : 'Changed';
      const overridden = first?.origin === 'environment' ? [`${paint(screen, 'yellow', '!')} ${first.from} is set, and comes first`] : [];
      return [`${paint(screen, 'green', '✓')} ${said} in ${sanitizeLine(file)}`, ...settings.map((setting) => `  ${line(setting)}`), ...overridden].join('\n');
    }
  }
}

function line({ key, value }: ConfigProps['settings'][number]): string {
  return value === null ? `${sanitizeLine(key, 320)} is not set` : `${sanitizeLine(key, 320)} = ${sanitizeLine(String(value), 400)}`;
}
