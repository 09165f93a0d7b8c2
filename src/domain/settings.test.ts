import { expect, test } from 'vitest';
import { parseSettingKey, parseSettingValue, SETTING_KEYS } from './settings.ts';

test('a key is a known place, or an entry of a known map', () => {
  expect(parseSettingKey('engine')).toEqual(['engine']);
  expect(parseSettingKey('images.bases.node')).toEqual(['images', 'bases', 'node']);
  expect(parseSettingKey('images.rewrite.docker.io/library')).toEqual(['images', 'rewrite', 'docker.io/library']);
  for (const key of ['', 'images', 'images.bases', 'images.bases.', 'engine.x', '__proto__', 'standby', 'images.rewrite.a b']) expect(() => parseSettingKey(key), key).toThrow('is not a setting');
  expect(() => parseSettingKey('memory')).toThrow(expect.objectContaining({ suggestions: [`Settings are ${SETTING_KEYS.join(', ')}`] }));
});

test('a value has the form of its setting', () => {
  expect(parseSettingValue(['run', 'waitForEngine'], '2.5')).toBe(2.5);
  expect(parseSettingValue(['standby', 'memory'], '1g')).toBe('1g');
  expect(parseSettingValue(['engine'], 'tcp://host:2376')).toBe('tcp://host:2376');
  expect(parseSettingValue(['images', 'bases', 'node'], 'registry.example.com:5000/node@sha256:aa')).toBe('registry.example.com:5000/node@sha256:aa');
  for (const [path, text] of [[['run', 'waitForEngine'], 'soon'], [['standby', 'memory'], 'much'], [['engine'], 'ssh://x'], [['images', 'rewrite', 'a'], '--privileged']] as const) {
    expect(() => parseSettingValue(path, text), text).toThrow(`"${text}" is not`);
  }
});
