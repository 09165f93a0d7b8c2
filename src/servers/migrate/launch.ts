import { CcMcpError } from '../../domain/errors.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { bareCommand } from './bare-command.ts';
import { NoLaunch } from './package-launch.ts';
import type { Launch } from './package-launch.ts';
import { readDocker } from './docker-launch.ts';
import { readNpx } from './npx-launch.ts';
import { readUvx } from './uvx-launch.ts';

export interface ExternalCommand {
  readonly command?: string;
  readonly args: readonly string[];
  readonly url?: string;
}

/** Reads the command of an external entry. UNSUPPORTED, in one line, for what cannot be moved into a container. */
export function readLaunch(name: string, entry: ExternalCommand): Launch & { readonly environment: Readonly<Record<string, string>> } {
  const { command } = entry;
  const result = command === undefined || command === '' ? new NoLaunch(entry.url === undefined ? 'it has no command' : 'it is a server elsewhere, which runs nothing on this machine') : launchOf(command, entry.args);
  if (!(result instanceof NoLaunch)) return result;
  throw new CcMcpError('UNSUPPORTED', `${name} cannot be moved into a container: ${sanitizeLine(result.why, 200)}`, {
    suggestions: result.suggestions.map((text) => text.replaceAll('{name}', `${name}-docker`)), details: { server: name },
  });
}

function launchOf(command: string, args: readonly string[]): (Launch & { readonly environment: Readonly<Record<string, string>> }) | NoLaunch {
  const { program, words, environment } = bareCommand(command, args);
  const launch = readProgram(program, words);
  return launch instanceof NoLaunch ? launch : { ...launch, environment };
}

const PACKAGE_OF = 'cc-mcp install npm:PACKAGE --name {name}   with the package that it starts';

function readProgram(program: string, words: readonly string[]): Launch | NoLaunch {
  switch (program) {
    case 'npx': return readNpx(words);
    case 'uvx': return readUvx(words);
    case 'docker': case 'podman': case 'nerdctl': return readDocker(program, words);
    case 'cc-mcp': return new NoLaunch('cc-mcp runs it already', ['cc-mcp status']);
    case 'sh': case 'bash': case 'zsh': case 'dash': case 'fish': case 'cmd': case 'powershell': case 'pwsh':
      return new NoLaunch('its command is a line for a shell', [PACKAGE_OF]);
    default:
      return /\s/.test(program) ? new NoLaunch('its command is a line for a shell', [PACKAGE_OF])
        : new NoLaunch(`it starts a program of this machine (${program})`, ['cc-mcp install FOLDER --name {name}   with the folder of its source', PACKAGE_OF]);
  }
}
