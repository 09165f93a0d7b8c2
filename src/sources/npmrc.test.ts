import { expect, test } from 'vitest';
import { parseNpmrc } from './npmrc.ts';

const read = (text: string, environment: Record<string, string> = {}): Record<string, readonly string[]> => Object.fromEntries(parseNpmrc(text, environment));

test('keys, values, comments and quotes are read as npm reads them', () => {
  expect(read('registry = https://one/ \n; no\n# no\n\n[section]\nfund\n@s:registry="https://two/"\n//h/:_authToken=abc ; comment\npath=a\\;b\n')).toEqual({
    registry: ['https://one/'], fund: ['true'], '@s:registry': ['https://two/'], '//h/:_authToken': ['abc'], path: ['a;b'],
  });
});

test('a list keeps all its values, another key its last', () => {
  expect(read('ca[]="one\\ntwo"\nca[]=three\nregistry=a\nregistry=b')).toEqual({ ca: ['one\ntwo', 'three'], registry: ['b'] });
});

test('variables are expanded in keys and values; one that is not set stays', () => {
  expect(read('${WHERE}=${HOST}/${NONE}/${NONE?}/\\${HOST}', { WHERE: 'registry', HOST: 'h' })).toEqual({ registry: ['h/${NONE}//${HOST}'] });
});

test('what is no setting is passed over', () => {
  expect(read('=x\n = y\n\uFEFF\r\n')).toEqual({});
});
