import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** What the user wrote in it, cc-mcp never does. */
const USERS_OWN = 'config.json';

/** Takes `~/.cc-mcp` away, but for the user's own config.json. Gives a line for what stays. */
export function removeHome(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const keep = existsSync(join(folder, USERS_OWN));
  if (!keep) {
    rmSync(folder, { recursive: true });
    return [];
  }
  for (const name of readdirSync(folder)) if (name !== USERS_OWN) rmSync(join(folder, name), { recursive: true });
  return [`your ${join(folder, USERS_OWN)}`];
}
