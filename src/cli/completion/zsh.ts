import type { CommandShape, NameKind } from './command-shape.ts';
import { quoted } from './shell-quote.ts';

export function zshScript(commands: readonly CommandShape[]): string {
  return `#compdef cc-mcp
# cc-mcp completion for zsh: source it after compinit, or put it as _cc-mcp into a folder of $fpath

_cc_mcp_names() {
  local -a names
  names=(\${(f)"$(_call_program names cc-mcp completion --names $1 2>/dev/null)"})
  compadd -a names
}

_cc-mcp() {
  local curcontext="$curcontext" state line
  local -a commands
  commands=(
${commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary.replaceAll(':', String.raw`\:`)}`)}`).join('\n')}
  )
  _arguments -C '1: :->command' '*:: :->arguments'
  case $state in
    command) _describe -t commands 'cc-mcp command' commands ;;
    arguments)
      case $line[1] in
${commands.map(commandCase).join('\n')}
      esac ;;
  esac
}

if [[ $funcstack[1] == _cc-mcp ]]; then _cc-mcp "$@"; else compdef _cc-mcp cc-mcp; fi
`;
}

function commandCase({ name, flags, arguments: kinds }: CommandShape): string {
  const specs = [...flags.flatMap(flagSpecs), ...kinds.map((kind, index) => quoted(`${index + 1}: :${action(kind)}`))];
  return `        ${name}) _arguments ${specs.join(' ')} ;;`;
}

function flagSpecs({ name, char, summary, value }: CommandShape['flags'][number]): string[] {
  const text = summary.replaceAll(/[[\]:\\]/g, String.raw`\$&`);
  const tail = value === 'none' ? '' : value === 'path' ? ': :_files' : ': : ';
  return [`--${name}${value === 'none' ? '' : '='}`, ...(char === undefined ? [] : [`-${char}${value === 'none' ? '' : '+'}`])].map((spelling) => quoted(`*${spelling}[${text}]${tail}`));
}

function action(kind: NameKind): string {
  return kind === 'none' ? ' ' : `{_cc_mcp_names ${kind}}`;
}
