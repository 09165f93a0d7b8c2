import { expect, test } from 'vitest';
import { recipe } from '../../test/support/session-fixtures.ts';
import { serverKeyOf, settingsHashOf } from './settings-hash.ts';

test('equal settings share standbys, whatever the order of their keys; any difference, and another key, does not', () => {
  const base = settingsHashOf(recipe(), { A: '1', B: '2' }, 'ca', 'key');
  expect(settingsHashOf(recipe({ approval: 'later', inputs: { x: 'y' } }), { B: '2', A: '1' }, 'ca', 'key')).toBe(base);
  const others = [
    settingsHashOf(recipe({ imageId: 'other' }), { A: '1', B: '2' }, 'ca', 'key'),
    settingsHashOf(recipe({ body: { Image: 'image', Cmd: ['--write'] } }), { A: '1', B: '2' }, 'ca', 'key'),
    settingsHashOf(recipe(), { A: '1', B: '3' }, 'ca', 'key'),
    settingsHashOf(recipe(), { A: '1', B: '2' }, undefined, 'key'),
    settingsHashOf(recipe(), { A: '1', B: '2' }, 'ca', 'other key'),
  ];
  expect(new Set([base, ...others]).size).toBe(others.length + 1);
});

test('a server is (home, manifest, name), and parts do not run together', () => {
  expect(serverKeyOf({ home: 'a', manifestId: 'b', server: 'c' })).not.toBe(serverKeyOf({ home: 'a', manifestId: 'bc', server: '' }));
});
