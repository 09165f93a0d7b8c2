import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { QuickstartError } from './quickstart-process.mjs';

/**
 * Writes the images that replace the default ones into config.json, beside what stands there: a key of the user's is never
 * changed, and comments stay. Gives the images that now hold, and the lines to say.
 */
export async function mergeImages(home, images) {
  // Not at import: the packages may have to be installed first.
  const { applyEdits, modify, parse } = await import('jsonc-parser');
  const file = join(home, 'config.json');
  const before = readText(file) ?? '{}\n';
  const errors = [];
  const configuration = parse(before, errors, { allowTrailingComma: true });
  if (errors.length > 0) throw new QuickstartError(`${file} is not JSON: mend it, then try again`, 5);
  let text = before;
  const added = [];
  for (const group of ['bases', 'rewrite']) {
    for (const [key, image] of Object.entries(images[group] ?? {})) {
      if (configuration?.images?.[group]?.[key] !== undefined) continue;
      text = applyEdits(text, modify(text, ['images', group, key], image, { formattingOptions: { insertSpaces: true, tabSize: 2 } }));
      added.push(`  ${key} → ${image}`);
    }
  }
  const result = parse(text).images ?? {};
  if (added.length === 0) return { images: result, lines: [] };
  mkdirSync(home, { recursive: true, mode: 0o700 });
  chmodSync(home, 0o700);
  writeFileSync(`${file}.new`, text, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  return { images: result, lines: [`The engine reaches no registry, so these images were made from packages and entered in ${file}:`, ...added] };
}

function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
