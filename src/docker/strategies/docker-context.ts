import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CcMcpError } from '../../domain/errors.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { textAt } from '../json-fields.ts';
import type { EngineStrategy, Offer, Surroundings } from './engine-strategy.ts';
import { certificatesIn, parseEngineAddress } from './parse-engine-address.ts';

/** The context that the docker command would use, when it is another than `default`. */
export const dockerContextStrategy: EngineStrategy = {
  name: 'docker context',
  async offer(surroundings): Promise<Offer> {
    const folder = surroundings.environment['DOCKER_CONFIG'] || join(surroundings.homeFolder, '.docker');
    const name = surroundings.environment['DOCKER_CONTEXT'] || textAt(await readJson(join(folder, 'config.json')), 'currentContext');
    if (name === '' || name === 'default') return { kind: 'nothing', reason: 'it is the default one' };
    return { kind: 'choice', address: await contextAddress(folder, name, surroundings) };
  },
};

async function contextAddress(folder: string, name: string, surroundings: Surroundings) {
  const origin = `The docker context "${sanitizeLine(name, 60)}"`;
  const hash = createHash('sha256').update(name).digest('hex');
  const host = textAt(await readJson(join(folder, 'contexts', 'meta', hash, 'meta.json')), 'Endpoints', 'docker', 'Host');
  if (host === '') {
    throw new CcMcpError('ENGINE_UNREACHABLE', `${origin} is chosen and does not name an engine`, { suggestions: ['docker context ls', 'docker context use default'] });
  }
  const address = parseEngineAddress(host, origin, { ...surroundings, environment: {} });
  const certificates = certificatesIn(join(folder, 'contexts', 'tls', hash, 'docker'));
  return address.kind === 'tcp' && (await isThere(certificates.cert)) ? { ...address, tls: certificates } : address;
}

/** Undefined for a file that is not there or is no JSON, as the docker command has it. */
async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError || isMissing(error)) return undefined;
    throw error;
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Another user's folder is as good as none. */
function isMissing(error: unknown): boolean {
  const code = textAt(error, 'code');
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES';
}
