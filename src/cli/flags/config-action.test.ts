import { expect, test } from 'vitest';
import { parseConfigAction } from './config-action.ts';

test('what to do with the settings, and what is missing', () => {
  expect(parseConfigAction()).toEqual({ kind: 'list' });
  expect(parseConfigAction('get', 'engine')).toEqual({ kind: 'get', key: 'engine' });
  expect(parseConfigAction('set', 'engine', '/x')).toEqual({ kind: 'set', key: 'engine', value: '/x' });
  expect(parseConfigAction('unset', 'engine')).toEqual({ kind: 'unset', key: 'engine' });
  expect(() => parseConfigAction('set', 'engine')).toThrow('needs a KEY and a VALUE');
  expect(() => parseConfigAction('get')).toThrow('config get needs a KEY');
  expect(() => parseConfigAction('unset', 'engine', 'x')).toThrow('config unset takes no VALUE');
  expect(() => parseConfigAction('list', 'engine')).toThrow('config list takes no KEY');
  expect(() => parseConfigAction('sett', 'engine', 'x')).toThrow('"sett" is not something that config does; did you mean set?');
});
