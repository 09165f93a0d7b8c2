import { Resolver } from 'node:dns/promises';
import { expect, test } from 'vitest';
import { denyNames } from './deny-names.ts';
import { printNames } from './print-names.ts';

test('each name that is asked for is a line, once, and written before the answer comes', async () => {
  const lines: string[] = [];
  const server = await denyNames('127.0.0.1', 0, printNames((line) => void lines.push(line)));
  const resolver = new Resolver({ timeout: 5000, tries: 1 });
  resolver.setServers([`127.0.0.1:${server.port}`]);
  for (const name of ['API.example.com', 'api.example.com', 'db']) await expect(resolver.resolve4(name)).rejects.toMatchObject({ code: 'ENOTFOUND' });
  await expect(resolver.resolve6('api.example.com')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  server.close();
  expect(lines).toEqual(['asked api.example.com\n', 'asked db\n']);
});

test('what a name hides or floods the list with stays out of it', () => {
  const lines: string[] = [];
  const print = printNames((line) => void lines.push(line));
  print(question('a\nready\u001b', 'com'));
  for (let number = 0; number < 1000; number += 1) print(question(`n${number}`));
  expect(lines[0]).toBe('asked a?ready?.com\n');
  expect(lines).toHaveLength(200);
});

function question(...labels: string[]): Buffer {
  return Buffer.concat([Buffer.alloc(12), ...labels.map((label) => Buffer.from([label.length, ...Buffer.from(label, 'latin1')])), Buffer.from([0, 0, 1, 0, 1])]);
}
