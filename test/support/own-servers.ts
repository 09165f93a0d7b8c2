import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Files below a folder, by their path. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** A server in Python, as `uv init --package` lays one out, whose tool greets. */
export function pythonServer(greeting: string): Readonly<Record<string, string>> {
  return {
    'pyproject.toml': '[project]\nname = "hello-mcp"\nversion = "0.1.0"\ndependencies = ["mcp>=1.20,<2"]\nrequires-python = ">=3.10"\n\n[project.scripts]\nhello-mcp = "hello_mcp.main:main"\n\n[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n',
    'src/hello_mcp/__init__.py': '',
    'src/hello_mcp/main.py': `from importlib.metadata import version\nfrom mcp.server.fastmcp import FastMCP\n\nmcp = FastMCP("hello")\n\n@mcp.tool()\ndef greet(name: str) -> str:\n    """Greets"""\n    return f"${greeting} {name} of {version('hello-mcp')}"\n\ndef main():\n    mcp.run()\n`,
    '.env': 'SECRET=canary-of-a-folder\n',
  };
}

/** A server in TypeScript, which must be built before it can start. */
export function typescriptServer(): Readonly<Record<string, string>> {
  return {
    'package.json': JSON.stringify({
      name: '@me/hello', version: '1.0.0', type: 'module', bin: { hello: 'dist/index.js' }, scripts: { build: 'tsc --outDir dist' },
      dependencies: { '@modelcontextprotocol/sdk': '^1.20.0', zod: '^3.25.0' }, devDependencies: { typescript: '^5.9.0', '@types/node': '^24.0.0' },
    }),
    'tsconfig.json': JSON.stringify({ compilerOptions: { target: 'es2022', module: 'nodenext', moduleResolution: 'nodenext', strict: true, skipLibCheck: true, rootDir: 'src', types: ['node'] }, include: ['src'] }),
    'src/index.ts': `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { z } from 'zod';
const server = new McpServer({ name: 'hello', version: '1.0.0' });
server.registerTool('greet', { description: 'Greets', inputSchema: { name: z.string() } }, async ({ name }) => ({ content: [{ type: 'text' as const, text: 'hello ' + name }] }));
await server.connect(new StdioServerTransport());
`,
  };
}

/** Makes a repository of a folder as it is; the commit. */
export function commitAll(folder: string): string {
  const git = (...given: readonly string[]): string => execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false', '-c', 'init.defaultBranch=main', ...given], {
    cwd: folder, encoding: 'utf8', env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
  }).trim();
  git('init', '--quiet');
  git('add', '--all', '--force');
  git('commit', '--quiet', '--allow-empty', '--message', 'x');
  return git('rev-parse', 'HEAD');
}
