import { expect, test } from 'vitest';
import { ModernHeaders, modernVersion } from './modern-headers.ts';

const META = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };
const TOOLS = JSON.stringify({
  result: { tools: [{ name: 'query', inputSchema: { type: 'object', properties: { region: { type: 'string', 'x-mcp-header': 'Region' }, where: { type: 'object', properties: { limit: { type: 'integer', 'x-mcp-header': 'Limit' } } }, bad: { type: 'string', 'x-mcp-header': 'not a token' } } } }] },
});

test('a request of the newer era is known by what it carries', () => {
  expect(modernVersion({ method: 'tools/list', params: { _meta: META } })).toBe('2026-07-28');
  expect(modernVersion({ method: 'tools/list', params: { _meta: { progressToken: 1 } } })).toBeUndefined();
  expect(modernVersion({ method: 'initialize', params: {} })).toBeUndefined();
});

test('its headers say what its body says, and arguments that the tool was listed to want there', () => {
  const headers = new ModernHeaders();
  expect(headers.of({ method: 'resources/read', params: { uri: 'file:///ä' } }, '2026-07-28')).toEqual({ 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'resources/read', 'mcp-name': `=?base64?${Buffer.from('file:///ä').toString('base64')}?=` });
  headers.learn(TOOLS);
  const call = (args: object): Record<string, string> => headers.of({ method: 'tools/call', params: { name: 'query', arguments: args } }, '2026-07-28');
  expect(call({ region: 'eu', where: { limit: 5 }, bad: 'x' })).toEqual({ 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'query', 'mcp-param-Region': 'eu', 'mcp-param-Limit': '5' });
  expect(call({ region: ' ' })).toMatchObject({ 'mcp-param-Region': '=?base64?IA==?=' });
  expect(call({ region: '=?base64?eu?=' })).toMatchObject({ 'mcp-param-Region': `=?base64?${Buffer.from('=?base64?eu?=').toString('base64')}?=` });
  expect(call({ region: null, where: 'x' })).not.toHaveProperty('mcp-param-Region');
});
