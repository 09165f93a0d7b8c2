/**
 * quickstart-query.mjs COMMAND ARGUMENT…: launches an MCP server the way a client does, asks PostgreSQL one question through it,
 * and prints the answer.
 */
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

const SQL = 'select 41+1 as answer';
const [command, ...args] = process.argv.slice(2);

const client = new Client({ name: 'cc-mcp-quickstart', version: '1.0.0' });
const started = performance.now();
await client.connect(new StdioClientTransport({ command, args, env: process.env, stderr: 'inherit' }));
const connected = performance.now();
try {
  const { tools } = await client.listTools();
  const answer = await client.callTool({ name: 'execute_sql', arguments: { sql: SQL } });
  const text = answer.content.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
  console.log(`connected in ${Math.round(connected - started)} ms, ${tools.length} tools`);
  console.log(`${SQL}  →  ${text}`);
  if (answer.isError || !text.includes('42')) process.exitCode = 1;
} finally {
  await client.close();
}
