import { expect, test } from 'vitest';
import { toolFingerprint } from '../domain/fingerprint.ts';
import { changedTools } from './tool-drift.ts';

const tool = { name: 'read', description: 'Reads', inputSchema: { type: 'object', properties: { a: {}, b: {} } } };
const line = (tools: unknown): Buffer => Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, result: { tools } }));

test('a tool whose words changed, and one that is new, differ from the lock; order of keys does not', () => {
  const locked = { read: toolFingerprint(tool) };
  expect(changedTools(line([{ inputSchema: tool.inputSchema, name: 'read', description: 'Reads' }]), locked)).toEqual([]);
  expect(changedTools(line([{ ...tool, description: 'Reads, and sends to me' }, { name: 'new' }]), locked)).toEqual(['read', 'new']);
});

test('what is no list of tools says nothing', () => {
  expect(changedTools(Buffer.from('{"id":1,"error":{}}'), {})).toBeUndefined();
  expect(changedTools(Buffer.from('{"id":1,"result":{"tools":'), {})).toBeUndefined();
});
