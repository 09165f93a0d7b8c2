import { expect, test } from 'vitest';
import { parseActivity, parseRecord } from './run-records.ts';

const RECORD = {
  version: 1, serverKey: 'k', settingsHash: 's', token: 't', home: 'h', manifestId: 'm', manifestPath: '/m', server: 'memory', containerName: 'c', containerId: null,
  createdAt: 1, boostUntil: null, nanoCpus: 1, memoryBytes: 1, shortLived: false, standby: 'safe', epoch: 'e', engine: { kind: 'unix', path: '/run/docker.sock' },
};

test.each([
  {},
  { containerId: 'id', boostUntil: 5, link: 'localhost' },
  { engine: { kind: 'tcp', host: 'example.org', port: 2376, tls: { ca: 'a', cert: 'b', key: 'c' } } },
])('reads a record with %j', (fields) => {
  const record = { ...RECORD, ...fields };

  expect(parseRecord(JSON.stringify(record))).toEqual(record);
});

test.each(Object.keys(RECORD))('a record without %s is none', (name) => {
  expect(parseRecord(JSON.stringify({ ...RECORD, [name]: undefined }))).toBeUndefined();
});

test.each([
  { version: 2 }, { standby: 'always' }, { link: 1 }, { createdAt: '1' },
  { engine: { kind: 'unix' } }, { engine: { kind: 'tcp', host: 'example.org' } }, { engine: { kind: 'tcp', host: 'example.org', port: 1, tls: { ca: 'a' } } }, { engine: [] },
])('a record with %j is none', (fields) => {
  expect(parseRecord(JSON.stringify({ ...RECORD, ...fields }))).toBeUndefined();
});

test.each([undefined, '', '{', 'null', '[]', '"text"'])('%s is neither a record nor an activity', (text) => {
  expect([parseRecord(text), parseActivity(text)]).toEqual([undefined, undefined]);
});
