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

/** A server in Go, in a folder of its module. */
export function goServer(greeting: string): Readonly<Record<string, string>> {
  const indirect = ['github.com/google/jsonschema-go v0.4.3', 'github.com/segmentio/asm v1.1.3', 'github.com/segmentio/encoding v0.5.4', 'github.com/yosida95/uritemplate/v3 v3.0.2', 'golang.org/x/oauth2 v0.35.0', 'golang.org/x/sync v0.20.0', 'golang.org/x/sys v0.41.0', 'golang.org/x/time v0.15.0'];
  return {
    'go.mod': `module example.com/me/hello\n\ngo 1.25.0\n\nrequire github.com/modelcontextprotocol/go-sdk v1.8.0\n\nrequire (\n${indirect.map((module) => `\t${module} // indirect\n`).join('')})\n`,
    'greeting/greeting.go': `package greeting\n\nfunc Of(name string) string { return "${greeting} " + name }\n`,
    'cmd/hello/main.go': `package main

import (
	"context"
	"log"

	"example.com/me/hello/greeting"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

type input struct {
	Name string \`json:"name"\`
}

func main() {
	server := mcp.NewServer(&mcp.Implementation{Name: "hello", Version: "1.0.0"}, nil)
	mcp.AddTool(server, &mcp.Tool{Name: "greet", Description: "Greets"}, func(_ context.Context, _ *mcp.CallToolRequest, in input) (*mcp.CallToolResult, any, error) {
		return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: greeting.Of(in.Name)}}}, nil, nil
	})
	if err := server.Run(context.Background(), &mcp.StdioTransport{}); err != nil {
		log.Fatal(err)
	}
}
`,
  };
}

/** A server for Deno, with one package in deno.json and one in its code. */
export function denoServer(greeting: string): Readonly<Record<string, string>> {
  return {
    'deno.jsonc': '{\n  // what it is called\n  "name": "@me/hello",\n  "exports": "./src/main.ts",\n  "imports": { "@modelcontextprotocol/sdk": "npm:@modelcontextprotocol/sdk@^1.20.0", },\n}\n',
    'src/greeting.ts': `export const greeting: string = '${greeting}';\n`,
    'src/main.ts': `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { z } from 'npm:zod@^3.25.0';
import { greeting } from './greeting.ts';
const server = new McpServer({ name: 'hello', version: '1.0.0' });
server.registerTool('greet', { description: 'Greets', inputSchema: { name: z.string() } }, async ({ name }: { name: string }) => ({ content: [{ type: 'text' as const, text: greeting + ' ' + name }] }));
await server.connect(new StdioServerTransport());
`,
  };
}
