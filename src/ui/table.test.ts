import { expect, test } from 'vitest';
import { table } from './table.ts';

const COLUMNS = [{ header: 'NAME', drop: 0 }, { header: 'CPU', drop: 1, align: 'right' }, { header: 'NOTE', drop: 2 }] as const;
const ROWS = [['postgres-mcp', '0.2%', 'a note that is long'], ['memory', '12.5%', '']];

test('columns are aligned, and nothing trails', () => {
  expect(table(COLUMNS, ROWS, { columns: 80, color: false })).toBe([
    'NAME            CPU  NOTE',
    'postgres-mcp   0.2%  a note that is long',
    'memory        12.5%',
  ].join('\n'));
});

test('on a narrow screen the column that matters least goes first, then the first one is cut', () => {
  expect(table(COLUMNS, ROWS, { columns: 24, color: false })).toBe(['NAME            CPU', 'postgres-mcp   0.2%', 'memory        12.5%'].join('\n'));
  expect(table(COLUMNS, ROWS, { columns: 8, color: false })).toBe(['NAME', 'postgre…', 'memory'].join('\n'));
});
