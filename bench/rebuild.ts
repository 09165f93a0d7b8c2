import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFiles } from '../test/support/own-servers.ts';
import { testImages, userHome } from '../test/support/user-home.ts';
import { type Row, row } from './row.ts';
import { interleaved, median } from './statistics.ts';

const ROUNDS = 10;
const SERVER = {
  'package.json': JSON.stringify({ name: 'bench-server', version: '1.0.0', type: 'module', bin: 'index.js', dependencies: { '@modelcontextprotocol/sdk': '^1.20.0', zod: '^3.25.0' } }),
  'index.js': `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { z } from 'zod';
const server = new McpServer({ name: 'bench', version: '1.0.0' });
server.registerTool('greet', { description: 'Greets', inputSchema: { name: z.string() } }, async ({ name }) => ({ content: [{ type: 'text', text: 'hello ' + name }] }));
await server.connect(new StdioServerTransport());
`,
};

/** A folder's server after one line of it changed, its dependencies as they were; the gate not counted. */
export async function rebuildRows(): Promise<readonly Row[]> {
  await using user = await userHome();
  const byHand = await contextByHand();
  const folder = join(user.folder, 'bench-server');
  writeFiles(folder, SERVER);
  const installed = await user.json(['install', './bench-server', '--global', '--yes']);
  if (!installed.envelope.ok) throw new Error(installed.stderr);
  let line = 0;
  const change = (where: string): void => writeFileSync(join(where, 'index.js'), `${SERVER['index.js']}// ${process.pid} ${(line += 1)}\n`);
  try {
    const times = await interleaved(ROUNDS, {
      async ours() {
        change(folder);
        const startedAt = performance.now();
        const { envelope, stderr } = await user.json(['rebuild', 'bench-server']);
        const milliseconds = performance.now() - startedAt;
        if (envelope.result?.outcome !== 'rebuilt') throw new Error(`${stderr}${JSON.stringify(envelope)}`);
        return milliseconds - envelope.result.gate.milliseconds;
      },
      async docker() {
        change(byHand);
        const startedAt = performance.now();
        const { status, stderr } = spawnSync('docker', ['build', '--quiet', '--tag', 'cc-mcp-test/by-hand:bench', byHand], { encoding: 'utf8' });
        if (status !== 0) throw new Error(stderr);
        return performance.now() - startedAt;
      },
    });
    return [row('`rebuild` of a folder after a change of one line', '`docker build` by hand, its layers warm', 'ms', median(times.ours), median(times.docker), { most: 3 })];
  } finally {
    spawnSync('docker', ['image', 'rm', 'cc-mcp-test/by-hand:bench']);
    rmSync(byHand, { recursive: true });
  }
}

/** What one writes who builds by hand, and wants the dependencies in a layer of their own. */
async function contextByHand(): Promise<string> {
  const images = (await testImages()) as { images?: { bases?: Record<string, string> } };
  const base = images.images?.bases?.['node'] ?? 'node:24-slim';
  const context = mkdtempSync(join(tmpdir(), 'cc-mcp-bench-'));
  const certificates = process.env['NODE_EXTRA_CA_CERTS'];
  writeFiles(context, { ...SERVER, 'ca.crt': certificates === undefined ? '' : readFileSync(certificates, 'utf8') });
  writeFileSync(join(context, 'Dockerfile'), `FROM ${base}\nLABEL org.cc-mcp.test=1\nWORKDIR /app\nCOPY package.json ca.crt ./\nENV NODE_EXTRA_CA_CERTS=/app/ca.crt\nRUN npm install\nCOPY . .\nCMD ["node", "index.js"]\n`);
  return context;
}
