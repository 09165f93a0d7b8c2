import { custom, option, string } from '@oclif/core/flags';
import { parseDay } from '../../domain/day.ts';
import { parseCpus, parseMemory } from '../../domain/limits.ts';
import type { ServiceTransport } from '../../domain/service.ts';
import { parseServicePath } from '../../domain/service.ts';
import { parseCount } from './count.ts';
import { parsePort } from './port.ts';
import { toggle } from './toggle.ts';

/* Without a default, which help pages would show as «[default: ]». */
const list = { multiple: true as const, multipleNonGreedy: true };
const values = { ...list, helpGroup: 'VALUES' };
const grants = { ...list, delimiter: ',' as const, helpGroup: 'PERMISSION' };

const transport = option({ options: ['http', 'sse'] as const satisfies readonly ServiceTransport[] });
const port = custom<number>({ parse: async (input) => parsePort(input) });
const pids = custom<number>({ parse: async (input) => parseCount(input) });

/** What a server is given: of `install`, and of `test` for a reference. */
export const REQUEST_FLAGS = {
  env: string({ ...values, char: 'e', summary: 'Variable of the server; NAME alone takes it from your environment', helpValue: 'NAME[=VALUE]' }),
  'env-file': string({ ...values, summary: 'File of NAME=VALUE lines', helpValue: 'PATH' }),
  'allow-read': string({ ...grants, summary: 'Files or folders it may read, at the same path inside; @project: what the client opens', helpValue: 'PATH[:AT]' }),
  'allow-write': string({ ...grants, summary: 'Files or folders it may read and write', helpValue: 'PATH[:AT]' }),
  'allow-net': toggle({ helpGroup: 'PERMISSION', summary: 'The internet, the local network and this machine; =localhost:PORT: one port of this machine alone' }),
  'allow-env': string({ ...grants, summary: 'Variables of your environment that it may see', helpValue: 'NAME' }),
  'allow-scripts': toggle({ helpGroup: 'PERMISSION', summary: 'Lifecycle scripts and source builds while it is built' }),
  dockerfile: string({ helpGroup: 'PERMISSION', summary: 'Build a folder or a repository by this Dockerfile of its own, whose steps run without network', helpValue: 'FILE' }),
  'build-network': toggle({ helpGroup: 'PERMISSION', summary: 'Its steps reach the internet, the local network and this machine' }),
  'with-control-files': toggle({ helpGroup: 'PERMISSION', summary: 'May write .git/hooks, .vscode and the like in what it may write' }),
  volume: string({ ...list, helpGroup: 'PERMISSION', summary: 'Folder of this machine at another path inside', helpValue: 'HOST:INSIDE[:ro]' }),
  network: string({ helpGroup: 'PERMISSION', summary: 'Network of the engine to join, in place of none', helpValue: 'NAME' }),
  transport: transport({ helpGroup: 'SERVICE', summary: 'It listens: for streamable HTTP (http), or the older HTTP with SSE (sse)' }),
  port: port({ helpGroup: 'SERVICE', summary: 'Port that it listens on inside, where it is not found', helpValue: 'NUMBER' }),
  path: string({ helpGroup: 'SERVICE', summary: 'Path of its address, default /mcp or /sse', helpValue: 'PATH', parse: async (input) => parseServicePath(input) }),
  memory: string({ helpGroup: 'LIMIT', summary: 'Memory, default 512m', helpValue: 'SIZE', parse: async (input) => { parseMemory(input); return input; } }),
  cpus: string({ helpGroup: 'LIMIT', summary: 'CPUs, default 0.5', helpValue: 'NUMBER', parse: async (input) => { parseCpus(input); return input; } }),
  pids: pids({ helpGroup: 'LIMIT', summary: 'Processes and threads, default 128', helpValue: 'NUMBER' }),
  bin: string({ summary: 'Executable, where the package has several', helpValue: 'NAME' }),
  override: string({ ...list, summary: 'Version of a dependency: name@range (npm), PEP 508 (PyPI)', helpValue: 'SPEC' }),
  'as-of': string({ summary: 'Dependencies of a day, in place of the newest', helpValue: 'YYYY-MM-DD', parse: async (input) => parseDay(input, Date.now()), exclusive: ['no-as-of'] }),
  'no-as-of': toggle({ summary: 'The newest dependencies or none' }),
  'system-package': string({ ...list, delimiter: ',' as const, summary: 'Program or library of the base image\'s distribution: git, ffmpeg', helpValue: 'NAME' }),
};
