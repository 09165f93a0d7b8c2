/** verify-run.mjs COMMAND ARGUMENT…: launches an MCP server the way a client does, and prints how many tools it lists, as JSON. */
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

const [command, ...args] = process.argv.slice(2);

try {
  console.log(JSON.stringify(await listTools()));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

async function listTools() {
  const client = new Client({ name: 'cc-mcp-verify', version: '1.0.0' });
  const started = performance.now();
  await client.connect(new StdioClientTransport({ command, args, env: process.env, stderr: 'inherit' }));
  try {
    const { tools } = await client.listTools();
    if (tools.length === 0) throw new Error('it lists no tools');
    return { tools: tools.length, milliseconds: performance.now() - started };
  } finally {
    await client.close();
  }
}
