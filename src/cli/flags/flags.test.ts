import { expect, test } from 'vitest';
import { parseCount, parseDuration } from './count.ts';
import { parseEnvLines } from './env-lines.ts';
import { takeAllowedHosts } from './allowed-hosts.ts';
import { refuseSwitchValues, splitAtDoubleDash } from './switch-values.ts';

test('durations add up, and anything else is refused', () => {
  expect([parseDuration('30s'), parseDuration('10m'), parseDuration('1h30m'), parseDuration('1d')]).toEqual([30_000, 600_000, 5_400_000, 86_400_000]);
  for (const text of ['', '10', 'm', '10 m', '10m later', '-5s']) expect(() => parseDuration(text)).toThrow('is not a duration');
});

test('counts are whole and not negative', () => {
  expect(parseCount('0')).toBe(0);
  for (const text of ['', '-1', '1.5', '1e3', 'x']) expect(() => parseCount(text)).toThrow('is not a whole number');
});

test('env files: comments, quotes, export, names alone', () => {
  const text = '\uFEFF# comment\r\n\r\nA=1\nexport B = "two\\nlines" # note\nC=\'$raw "x"\'\nD=a b # note\nE=\nF\nG=x=y#z\n';
  expect(parseEnvLines(text)).toEqual({ values: [
    { name: 'A', value: '1' }, { name: 'B', value: 'two\nlines' }, { name: 'C', value: '$raw "x"' }, { name: 'D', value: 'a b' }, { name: 'E', value: '' },
    { name: 'F', value: undefined }, { name: 'G', value: 'x=y#z' },
  ] });
});

test.each([['A=1\n2B=x', 2], ['A="open', 1], ['A=1\n\nnot a pair', 3], ["A='x' y", 1], ['=x', 1]])('%j: line %d is bad', (text, badLine) => {
  expect(parseEnvLines(text)).toEqual({ badLine });
});

const FLAGS = { purge: { type: 'boolean' }, yes: { type: 'boolean', char: 'y' }, env: { type: 'option', char: 'e' }, 'allow-net': { type: 'boolean' } };

test('a switch with a value is refused, wherever oclif would see the switch', () => {
  expect(() => refuseSwitchValues(['x', '--purge=false'], FLAGS)).toThrow('--purge takes no value');
  expect(() => takeAllowedHosts(['x', '--allow-net=db:5432'], FLAGS)).toThrow('does not take a list of hosts yet');
});

test('a value that looks like a switch is a value, and what follows -- is not ours', () => {
  refuseSwitchValues(['x', '--env', '--purge=false', '-e', '--purge=1', '--env=--purge=1', '--purge', '--', '--purge=false'], FLAGS);
});

test('hosts of --allow-net are taken out of the words; what is the value of another flag stays', () => {
  const words = ['x', '--allow-net=localhost:5432,localhost:6379', '--env', '--allow-net=a', '--allow-net=localhost:80'];
  expect(takeAllowedHosts(words, FLAGS)).toEqual({ words: ['x', '--env', '--allow-net=a'], hosts: ['localhost:5432', 'localhost:6379', 'localhost:80'] });
  for (const bad of ['localhost', 'localhost:0', 'localhost:65536', 'localhost:1,', '']) expect(() => takeAllowedHosts([`--allow-net=${bad}`], FLAGS)).toThrow('does not take a list of hosts yet');
});

test('the first -- separates', () => {
  expect(splitAtDoubleDash(['a', '--', 'b', '--', 'c'])).toEqual({ own: ['a'], rest: ['b', '--', 'c'] });
  expect(splitAtDoubleDash(['a'])).toEqual({ own: ['a'], rest: [] });
});
