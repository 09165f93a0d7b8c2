import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { textAt } from './json-fields.ts';

/** As the engine's API takes them. They go to the engine for one pull and are kept nowhere. */
export interface RegistryCredentials {
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
  readonly serveraddress: string;
}

/** What `docker login` wrote into the user's own configuration for the registry of an image. Its helper programs are not started. */
export async function registryCredentials(image: string, { environment, homeFolder }: { readonly environment: Readonly<Record<string, string | undefined>>; readonly homeFolder: string }): Promise<RegistryCredentials | undefined> {
  const host = registryOf(image);
  const file = join(environment['DOCKER_CONFIG'] || join(homeFolder, '.docker'), 'config.json');
  const configuration = await readJson(file);
  for (const serveraddress of host === HUB ? ['https://index.docker.io/v1/', HUB] : [host, `https://${host}`, `https://${host}/`]) {
    const identitytoken = textAt(configuration, 'auths', serveraddress, 'identitytoken');
    if (identitytoken !== '') return { identitytoken, serveraddress };
    const [, username, password] = /^([^:]+):(.*)$/s.exec(Buffer.from(textAt(configuration, 'auths', serveraddress, 'auth'), 'base64').toString('utf8').replace(/\0+$/, '')) ?? [];
    if (username !== undefined && password !== undefined) return { username, password, serveraddress };
  }
  return undefined;
}

const HUB = 'docker.io';

/** The first part of a name is a registry when it could not be a user's. */
function registryOf(image: string): string {
  const [first = '', ...rest] = image.split('/');
  return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost') ? first : HUB;
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    const code = textAt(error, 'code');
    if (error instanceof SyntaxError || code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES') return undefined;
    throw error;
  }
}
