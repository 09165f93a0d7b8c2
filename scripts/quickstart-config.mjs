import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { QuickstartError } from './quickstart-process.mjs';

/**
 * Writes the images that replace the default ones into config.json, beside what stands there: a key of the user's is never
 * changed. Gives the lines to say.
 */
export function mergeImages(home, images) {
  const file = join(home, 'config.json');
  const text = readText(file);
  const configuration = text === undefined ? {} : parse(text, file);
  const added = [];
  for (const group of ['bases', 'rewrite']) {
    for (const [key, image] of Object.entries(images[group] ?? {})) {
      const existing = configuration.images?.[group]?.[key];
      if (existing !== undefined) continue;
      configuration.images = { ...configuration.images, [group]: { ...configuration.images?.[group], [key]: image } };
      added.push(`${key} → ${image}`);
    }
  }
  if (added.length === 0) return [];
  mkdirSync(home, { recursive: true, mode: 0o700 });
  chmodSync(home, 0o700);
  writeFileSync(`${file}.new`, `${JSON.stringify(configuration, undefined, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  return [`The engine reaches no registry, so these images were made from packages and entered in ${file}:`, ...added.map((line) => `  ${line}`)];
}

function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function parse(text, file) {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new QuickstartError(`${file} is not plain JSON (${error.message}): add these images to it by hand: scripts/choose-images.sh prints them`, 5);
  }
}
