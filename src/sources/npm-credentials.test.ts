import { expect, test } from 'vitest';
import { arePrivate, credentialFor, npmSecret } from './npm-credentials.ts';
import { parseNpmrc } from './npmrc.ts';

const token = (place: string, value: string) => ({ place, values: { _authToken: value } });
const CONFIGURATION = {
  registry: 'https://corp.example/npm/all/', scopes: { '@acme': 'https://acme.example/', '@open': 'https://open.example/' },
  credentials: [token('//acme.example/', 'tok-acme'), token('//corp.example/', 'tok-host'), token('//corp.example/npm/', 'tok-npm'), token('//corp.example/npm/all/deeper/', 'tok-deeper'), token('//elsewhere.example/', 'tok-elsewhere')],
};

test('the nearest place above a registry counts', () => {
  expect(credentialFor('https://corp.example/npm/all/', CONFIGURATION)?.place).toBe('//corp.example/npm/');
  expect(credentialFor('https://corp.example/', CONFIGURATION)?.place).toBe('//corp.example/');
  expect(credentialFor('https://corp.example:8443/', CONFIGURATION)).toBeUndefined();
  expect(credentialFor('https://acme.example.evil/', CONFIGURATION)).toBeUndefined();
});

test('a tree is private when one of its packages comes from a registry with credentials', () => {
  expect(arePrivate(['@open/a', '@acme/b'], CONFIGURATION)).toBe(true);
  expect(arePrivate(['@open/a'], CONFIGURATION)).toBe(false);
  expect(arePrivate(['a'], CONFIGURATION)).toBe(true);
  // What somebody publishes with at npm's own default is not needed to read there.
  expect(arePrivate(['a', '@other/b'], { ...CONFIGURATION, registry: undefined })).toBe(false);
});

test('npm in a container gets what belongs to the registries that it may ask, and nothing else', () => {
  const secret = npmSecret(CONFIGURATION);
  expect(Object.fromEntries(parseNpmrc(secret?.content ?? '', {}))).toEqual({ '//acme.example/:_authToken': ['tok-acme'], '//corp.example/npm/:_authToken': ['tok-npm'] });
  expect(secret?.values).toEqual(['tok-npm', 'tok-acme']);
  expect(npmSecret({ ...CONFIGURATION, credentials: [token('//elsewhere.example/', 't')] })).toBeUndefined();
});

test('what must not be seen of a password are all its spellings', () => {
  const basic = (values: Record<string, string>) => npmSecret({ registry: 'https://corp.example/', scopes: {}, credentials: [{ place: '//corp.example/', values }] })?.values;
  const encoded = (text: string): string => Buffer.from(text).toString('base64');
  expect(basic({ username: 'me', _password: encoded('s3cret') })).toEqual([encoded('s3cret'), 's3cret']);
  expect(basic({ _auth: encoded('me:s3cret') })).toEqual([encoded('me:s3cret'), 'me:s3cret', 's3cret']);
});
