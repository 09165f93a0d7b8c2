import type { RecipeStore } from '../domain/stores.ts';
import { takeSnapshot } from './file-snapshot.ts';
import type { HomeFiles } from './home-files.ts';
import { parseRecipe, recipePath } from './recipe-file.ts';

/** `run/recipes`. A recipe can be made anew at any time: one that cannot be used counts as none. */
export function createRecipeStore({ home, editor }: HomeFiles): RecipeStore {
  const pathOf = (manifestPath: string, server: string): string => recipePath(home.folder, manifestPath, server);
  return {
    async read(manifestPath, server) {
      if (!home.exists()) return undefined;
      const { content } = takeSnapshot(pathOf(manifestPath, server));
      const recipe = content === undefined ? undefined : parseRecipe(Buffer.from(content.bytes).toString('utf8'));
      return recipe?.manifestPath === manifestPath && recipe.server === server ? recipe : undefined;
    },
    async write(recipe) {
      home.makeFolder('run', 'recipes');
      const change = Buffer.from(`${JSON.stringify(recipe)}\n`);
      await editor.edit(pathOf(recipe.manifestPath, recipe.server), 0o600, () => ({ change, result: undefined }));
    },
    async update(manifestPath, server, change) {
      const path = pathOf(manifestPath, server);
      if (!home.exists() || takeSnapshot(path).content === undefined) return;
      await editor.edit(path, 0o600, ({ content }) => {
        const recipe = content === undefined ? undefined : parseRecipe(Buffer.from(content.bytes).toString('utf8'));
        const changed = recipe?.manifestPath === manifestPath && recipe.server === server ? change(recipe) : undefined;
        return { change: changed === undefined ? 'keep' as const : Buffer.from(`${JSON.stringify(changed)}\n`), result: undefined };
      });
    },
    async remove(manifestPath, server) {
      const path = pathOf(manifestPath, server);
      if (!home.exists() || takeSnapshot(path).content === undefined) return;
      await editor.edit(path, 0o600, ({ content }) => ({ change: content === undefined ? 'keep' as const : 'delete' as const, result: undefined }));
    },
  };
}
