import type { Hook } from '@oclif/core/hooks';
import { unknownCommand } from './unknown-command.ts';

/** oclif's hook of that name (package.json). */
export const commandNotFound: Hook.CommandNotFound = async function commandNotFound({ id, config }) {
  throw unknownCommand(id, config.commands.filter(({ hidden }) => hidden !== true).map((command) => command.id));
};
