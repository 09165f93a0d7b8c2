import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { SessionRecipe } from '../domain/effective-plan.ts';
import type { RecipeStore } from '../domain/stores.ts';
import { unless } from './file-errors.ts';
import { takeSnapshot, type FileSnapshot } from './file-snapshot.ts';
import type { HomeFiles } from './home-files.ts';
import { parseRecipe, recipePath } from './recipe-file.ts';

/** `run/recipes`. A recipe can be made anew at any time: one that cannot be used counts as none. */
export function createRecipeStore({ home, editor }: HomeFiles): RecipeStore {
  const pathOf = (manifestPath: string, server: string): string => recipePath(home.folder, manifestPath, server);
  const recipeIn = ({ content }: FileSnapshot, manifestPath: string, server: string): SessionRecipe | undefined => {
    const recipe = content === undefined ? undefined : parseRecipe(Buffer.from(content.bytes).toString('utf8'));
    return recipe?.manifestPath === manifestPath && recipe.server === server ? recipe : undefined;
  };
  /** Those of the projects that clients opened. */
  const projectsOf = (path: string): readonly string[] => {
    const begin = `${basename(path, '.json')}-`;
    return (unless(['ENOENT'], () => readdirSync(dirname(path))) ?? []).filter((name) => name.startsWith(begin) && name.endsWith('.json')).map((name) => join(dirname(path), name));
  };
  const removeFile = (path: string): Promise<undefined> => editor.edit(path, 0o600, ({ content }) => ({ change: content === undefined ? 'keep' as const : 'delete' as const, result: undefined }));
  return {
    async read(manifestPath, server) {
      return home.exists() ? recipeIn(takeSnapshot(pathOf(manifestPath, server)), manifestPath, server) : undefined;
    },
    async write(recipe) {
      home.makeFolder('run', 'recipes');
      const change = Buffer.from(`${JSON.stringify(recipe)}\n`);
      const path = recipePath(home.folder, recipe.manifestPath, recipe.server, recipe.project?.folder);
      const isNew = await editor.edit(path, 0o600, ({ content }) => ({ change, result: content === undefined || !change.equals(content.bytes) }));
      if (isNew && recipe.project === undefined) for (const project of projectsOf(path)) await removeFile(project);
    },
    async update(manifestPath, server, change) {
      const own = pathOf(manifestPath, server);
      if (!home.exists()) return;
      for (const path of [own, ...projectsOf(own)]) {
        if (takeSnapshot(path).content === undefined) continue;
        await editor.edit(path, 0o600, (found) => {
          const recipe = recipeIn(found, manifestPath, server);
          const changed = recipe === undefined ? undefined : change(recipe);
          return { change: changed === undefined ? 'keep' as const : Buffer.from(`${JSON.stringify(changed)}\n`), result: undefined };
        });
      }
    },
    async remove(manifestPath, server) {
      const own = pathOf(manifestPath, server);
      if (!home.exists()) return;
      for (const path of [...projectsOf(own), own]) if (takeSnapshot(path).content !== undefined) await removeFile(path);
    },
  };
}
