import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { docker } from './user-home.ts';

/** Places where one of these words stands: an image's layers, settings and history. In whatever spelling it leaks. */
export async function foundInImage(image: string, words: readonly string[]): Promise<readonly string[]> {
  const needles = spellings(words);
  const found: string[] = [];
  for (const place of [['image', 'inspect', image], ['history', '--no-trunc', image]]) if (has(await docker(...place), needles)) found.push(place.join(' '));
  if (await foundInOutput('docker', ['save', image], needles)) found.push(`save ${image}`);
  return found;
}

/** Files below a folder in which one of these words stands, but for those named. */
export function foundInFiles(folder: string, words: readonly string[], but: readonly string[]): readonly string[] {
  const needles = spellings(words);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => !but.includes(path) && statSync(join(folder, path), { throwIfNoEntry: false })?.isFile() === true && has(readFileSync(join(folder, path), 'latin1'), needles));
}

export function hasCanary(text: string, words: readonly string[]): boolean {
  return has(text, spellings(words));
}

function spellings(words: readonly string[]): readonly string[] {
  // In the middle of a longer text base64 has one of three forms; what surrounds the word decides over its ends alone.
  return words.flatMap((word) => [word, ...[0, 1, 2].map((before) => Buffer.from('x'.repeat(before) + word).toString('base64').slice(before === 0 ? 0 : 4, -4))]);
}

function has(text: string, needles: readonly string[]): boolean {
  return needles.some((needle) => text.includes(needle));
}

function foundInOutput(program: string, args: readonly string[], needles: readonly string[]): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let [tail, found] = ['', false];
    child.stdout.on('data', (chunk: Buffer) => {
      const text = tail + chunk.toString('latin1');
      found ||= has(text, needles);
      tail = text.slice(-200);
    });
    child.on('error', reject).on('close', (code) => (code === 0 ? resolve(found) : reject(new Error(`${program} ${args.join(' ')}: exit ${code}`))));
  });
}

/** Looks for credentials wherever a program can look, and whether anything answers: `hunt(address)` of this module for Node. */
export const HUNTER_JS = `
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
const attempt = (work, otherwise) => { try { return work(); } catch { return otherwise; } };
function* filesBelow(path, depth = 12) {
  const entry = attempt(() => statSync(path));
  if (entry?.isFile() && entry.size < 4e6) yield path;
  if (entry?.isDirectory() && depth > 0) for (const name of attempt(() => readdirSync(path), [])) yield* filesBelow(path + '/' + name, depth - 1);
}
export async function hunt(address) {
  const places = ['/root', '/home', '/tmp', '/run', '/var/run', '/work', '/etc', '/opt', '/var/tmp', '/var/cache', '/dev/shm', process.cwd()].flatMap((path) => [...filesBelow(path)]);
  const processes = attempt(() => readdirSync('/proc'), []).filter((name) => /^[0-9]+$/.test(name)).flatMap((id) => ['environ', 'cmdline'].map((file) => '/proc/' + id + '/' + file));
  const found = [...places, ...processes].filter((path) => /can[a]ry-tok/.test(attempt(() => readFileSync(path, 'latin1'), '')));
  const registry = await fetch(address, { signal: AbortSignal.timeout(3000) }).then(({ status }) => 'HTTP ' + status, (error) => error.cause?.code ?? error.name);
  return { looked: places.length > 20 && processes.length > 0, found, variables: /can[a]ry-tok/.test(JSON.stringify(process.env)), registry, interfaces: Object.keys(networkInterfaces()).filter((name) => name !== 'lo') };
}
`;
