import { string } from '@oclif/core/args';
import { BaseCommand } from '../cli/base-command.ts';
import { parseConfigAction } from '../cli/flags/config-action.ts';
import type { ConfigResult } from '../servers/settings.ts';
import { configView } from '../ui/config.ts';

export default class Config extends BaseCommand<ConfigResult> {
  static override summary = 'Show settings and where each comes from; change one';
  static override usage = 'config [list | get KEY | set KEY VALUE | unset KEY]';
  static override args = {
    action: string({ description: 'list (the default), get, set or unset', ignoreStdin: true }),
    key: string({ description: 'a setting, as list shows it', ignoreStdin: true }),
    value: string({ description: 'its new value', ignoreStdin: true }),
  };
  static override examples = ['cc-mcp config', 'cc-mcp config set standby.memory 1g', 'cc-mcp config set images.bases.node registry.example.com/node:24-slim', 'cc-mcp config unset engine'];

  async run(): Promise<ConfigResult> {
    const { args, flags } = await this.parse(Config);
    const action = parseConfigAction(args.action, args.key, args.value);
    const cases = await this.useCases(flags);
    const result = await cases.config(action);
    this.output.print(configView(action.kind, result, this.output.screen));
    return result;
  }
}
