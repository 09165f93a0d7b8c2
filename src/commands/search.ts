import { string } from '@oclif/core/args';
import { BaseCommand } from '../cli/base-command.ts';
import type { SearchResult } from '../cli/results.ts';
import { searchResultsView } from '../ui/search-results.ts';

export default class Search extends BaseCommand<SearchResult> {
  static override summary = 'Find packages in the marketplaces';
  static override usage = 'search [QUERY]...';
  static override args = { query: string({ description: 'words to look for; none: everything', ignoreStdin: true, multiple: true }) };
  static override examples = ['cc-mcp search database', 'cc-mcp search --json files'];

  async run(): Promise<SearchResult> {
    const { args, flags } = await this.parse(Search);
    const cases = await this.useCases(flags);
    const result = await cases.search((args.query ?? []).join(' '), this.signal);
    this.output.print(searchResultsView(result, this.output.screen));
    return result;
  }
}
