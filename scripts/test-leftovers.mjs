import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const KINDS = [
  { kind: 'container', list: ['container', 'ls', '--all', '--quiet', '--no-trunc'], remove: ['container', 'rm', '--force', '--volumes'] },
  { kind: 'network', list: ['network', 'ls', '--quiet', '--no-trunc'], remove: ['network', 'rm'] },
  { kind: 'volume', list: ['volume', 'ls', '--quiet'], remove: ['volume', 'rm'] },
];

/**
 * Notes the ids of all cc-mcp homes that come and go below a folder, because what a home left at the engine can be told from what
 * belongs to others only by its id, and a test removes its home at the end.
 */
export function watchHomes(folder) {
  const ids = new Set();
  const look = () => {
    for (const id of homeIdsBelow(folder)) ids.add(id);
  };
  const timer = setInterval(look, 500).unref();
  return {
    ids,
    since: Date.now(),
    stop() {
      clearInterval(timer);
      look();
    },
  };
}

/** Of the cc-mcp homes that are there now. */
export function homeIdsBelow(folder) {
  return homesBelow(folder, 3).map((path) => homeId(join(path, 'state.json'))).filter((id) => id !== undefined);
}

/** Takes away what these homes left at the engines since a time, each engine told by arguments of the docker command. Gives a line for each. */
export async function removeLeftovers({ ids, since }, engines) {
  return (await Promise.all(engines.map((engine) => removeFrom(engine, ids, since)))).flat();
}

async function removeFrom(engine, ids, since) {
  const docker = async (...args) => (await promisify(execFile)('docker', [...engine, ...args])).stdout.split('\n').filter(Boolean);
  const lines = [];
  for (const { kind, list, remove } of KINDS) {
    for (const id of ids) {
      for (const thing of await docker(...list, '--filter', `label=io.cc-mcp.home=${id}`)) {
        const [about] = await docker(kind, 'inspect', '--format', kind === 'container' ? '{{.Name}} {{.State.Status}}' : '{{.Name}}', thing);
        lines.push(`${kind} ${about}`);
        await docker(...remove, thing);
      }
    }
  }
  for (const id of ids) {
    // Images belong to no home: a home's tags say which it uses.
    for (const tag of await docker('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', '--filter', `reference=cc-mcp/used-by:${id.slice(0, 8)}-*`)) {
      lines.push(`image ${tag}`);
      await docker('image', 'rm', tag);
    }
  }
  lines.push(...(await unusedImages(docker, since)));
  return lines;
}

/** Images that were recorded since, and that no home uses: with the last home that does, the image and its record go. */
async function unusedImages(docker, since) {
  const lines = [];
  for (const name of await docker('volume', 'ls', '--quiet', '--filter', 'label=io.cc-mcp.image')) {
    const [record] = await docker('volume', 'inspect', '--format', '{{.CreatedAt}} {{index .Labels "io.cc-mcp.image"}}', name).catch(gone);
    if (record === undefined) continue;
    const image = record.split(' ').at(-1);
    if (Date.parse(record.split(' ')[0]) < since) continue;
    const [tags] = await docker('image', 'inspect', '--format', '{{json .RepoTags}}', image).catch(gone);
    if (tags?.includes('cc-mcp/used-by:') === true) continue;
    lines.push(`record ${name}${tags === undefined ? '' : ` of the image ${tags}`}`);
    await docker('volume', 'rm', name);
    if (tags !== undefined) await docker('image', 'rm', '--force', image);
  }
  return lines;
}

function gone(error) {
  if (/no such/i.test(error.stderr ?? '')) return [];
  throw error;
}

function homesBelow(folder, depth) {
  return entries(folder).flatMap((name) => {
    const path = join(folder, name);
    if (name === '.cc-mcp') return [path];
    return depth > 1 && name !== 'node_modules' ? homesBelow(path, depth - 1) : [];
  });
}

function entries(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(error.code)) return [];
    throw error;
  }
}

function homeId(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).homeId;
  } catch (error) {
    // Not there yet, gone again, or just being written.
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(error.code) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
