import { expect, it } from 'vitest';
import { unexpected } from './expected-result.ts';

const answered = (text: string, isError = false) => ({ text, isError });

it.each([
  [answered('42'), {}], [answered('42'), { text: '42' }], [answered('a 42 b'), { contains: '42' }], [answered('42'), { matches: '^\\d+$' }], [answered('no', true), { isError: true, text: 'no' }],
])('%j is what %j expects', (result, expectation) => {
  expect(unexpected(result, expectation)).toBeUndefined();
});

it.each([
  [answered('41'), { text: '42' }, 'it answered «41» instead of «42»'],
  [answered('41'), { contains: '42' }, 'it answered «41», without «42»'],
  [answered('x'), { matches: '^\\d+$' }, 'it answered «x», which does not match ^\\d+$'],
  [answered('42', true), { text: '42' }, 'it answered «42» as an error'],
  [answered('42'), { isError: true }, 'an error was expected, but it answered «42»'],
  [answered('\u001B[31mred\nline'), { text: '' }, 'it answered «red line» instead of «»'],
])('%j is not what %j expects', (result, expectation, wrong) => {
  expect(unexpected(result, expectation)).toBe(wrong);
});
