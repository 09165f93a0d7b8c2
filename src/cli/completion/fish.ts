import type { CommandShape } from './command-shape.ts';

export function fishScript(commands: readonly CommandShape[]): string {
  return `# cc-mcp completion for fish: source it, or save it as ~/.config/fish/completions/cc-mcp.fish
complete -c cc-mcp -f
${commands.map(({ name, summary }) => `complete -c cc-mcp -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`).join('\n')}
${commands.flatMap(commandLines).join('\n')}
`;
}

function commandLines({ name, flags, arguments: kinds }: CommandShape): string[] {
  const here = quoted(`__fish_seen_subcommand_from ${name}`);
  return [
    ...flags.map((flag) => {
      const value = flag.value === 'none' ? '' : flag.value === 'path' ? ' -r -F' : ' -x';
      return `complete -c cc-mcp -n ${here} -l ${flag.name}${flag.char === undefined ? '' : ` -s ${flag.char}`}${value} -d ${quoted(flag.summary)}`;
    }),
    ...kinds.flatMap((kind, index) => (kind === 'none' ? [] : [
      `complete -c cc-mcp -n ${quoted(`__fish_seen_subcommand_from ${name}; and test (count (string match -v -- '-*' (commandline -opc))) -eq ${index + 2}`)} -a ${quoted(`(cc-mcp completion --names ${kind} 2>/dev/null)`)}`,
    ])),
  ];
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
}
