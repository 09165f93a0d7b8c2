import { CcMcpError } from '../../domain/errors.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { nearest } from '../nearest.ts';

export type ConfigAction =
  | { readonly kind: 'list' }
  | { readonly kind: 'get' | 'unset'; readonly key: string }
  | { readonly kind: 'set'; readonly key: string; readonly value: string };

export const CONFIG_ACTIONS = ['list', 'get', 'set', 'unset'] as const;

export function parseConfigAction(action = 'list', key?: string, value?: string): ConfigAction {
  switch (action) {
    case 'list':
      if (key !== undefined) throw usage('cc-mcp config list takes no KEY', `cc-mcp config get ${sanitizeLine(key, 80)}`);
      return { kind: 'list' };
    case 'get':
    case 'unset':
      if (key === undefined) throw usage(`cc-mcp config ${action} needs a KEY`, 'cc-mcp config');
      if (value !== undefined) throw usage(`cc-mcp config ${action} takes no VALUE`, `cc-mcp config set ${sanitizeLine(key, 80)} VALUE`);
      return { kind: action, key };
    case 'set':
      if (key === undefined || value === undefined) throw usage('cc-mcp config set needs a KEY and a VALUE', 'cc-mcp config');
      return { kind: 'set', key, value };
  }
  const guess = nearest(action, CONFIG_ACTIONS);
  throw usage(`"${sanitizeLine(action, 40)}" is not something that config does${guess === undefined ? '' : `; did you mean ${guess}?`}`, 'cc-mcp config --help');
}

function usage(message: string, suggestion: string): CcMcpError {
  return new CcMcpError('USAGE', message, { suggestions: [suggestion] });
}
