import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFiles } from './own-servers.ts';

const PROTOCOL = readFileSync(join(import.meta.dirname, '../fixtures/servers/protocol.mjs'), 'utf8');

/** Writes a project without dependencies below a folder, whose server says `words` whatever is called. */
export function writePlainServer(folder: string, words: string, body = `serve({ 'tools/call': () => text(${JSON.stringify(words)}) });`): void {
  writeFiles(folder, {
    'package.json': JSON.stringify({ name: 'plain', version: '1.0.0', type: 'module', bin: './server.mjs' }),
    'server.mjs': `#!/usr/bin/env node\nimport { serve, text } from './protocol.mjs';\n${body}\n`,
    'protocol.mjs': PROTOCOL,
  });
}
