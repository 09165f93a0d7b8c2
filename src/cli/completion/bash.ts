import type { CommandShape } from './command-shape.ts';
import { quoted } from './shell-quote.ts';

/** For bash 4 and later, and for the bash 3.2 of macOS: no associative arrays, no `compopt` without asking. */
export function bashScript(commands: readonly CommandShape[]): string {
  return `# cc-mcp completion for bash: source it, or put it into /etc/bash_completion.d or ~/.local/share/bash-completion/completions/cc-mcp
_cc_mcp_names() { cc-mcp completion --names "$1" 2>/dev/null; }

_cc_mcp() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="" count=0 index word flags="" paths="" values="" kinds=""
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    [[ $word == -- ]] && return
    if [[ $word != -* ]]; then command="$word"; break; fi
  done
  if [[ -z $command ]]; then
    COMPREPLY=($(compgen -W ${quoted(commands.map(({ name }) => name).join(' '))} -- "$current"))
    return
  fi
  case "$command" in
${commands.map(commandCase).join('\n')}
    *) return ;;
  esac
  if [[ " $values " == *" $previous "* ]]; then return; fi
  if [[ " $paths " == *" $previous "* ]]; then
    COMPREPLY=($(compgen -f -- "$current"))
    type compopt >/dev/null 2>&1 && compopt -o filenames 2>/dev/null
    return
  fi
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$current"))
    return
  fi
  for ((index = index + 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    [[ $word == -- ]] && return
    if [[ " $paths $values " == *" $word "* ]]; then ((index++)); elif [[ $word != -* ]]; then ((count++)); fi
  done
  set -- $kinds
  shift "$count" 2>/dev/null || return
  [[ -z "\${1-}" || $1 == none ]] || COMPREPLY=($(compgen -W "$(_cc_mcp_names "$1")" -- "$current"))
}

complete -F _cc_mcp cc-mcp
`;
}

function commandCase({ name, flags, arguments: kinds }: CommandShape): string {
  const spelled = (of: readonly CommandShape['flags'][number][]): string => of.flatMap((flag) => [`--${flag.name}`, ...(flag.char === undefined ? [] : [`-${flag.char}`])]).join(' ');
  const paths = spelled(flags.filter(({ value }) => value === 'path'));
  const values = spelled(flags.filter(({ value }) => value === 'text'));
  return `    ${name}) flags=${quoted(flags.map((flag) => `--${flag.name}`).join(' '))} paths=${quoted(paths)} values=${quoted(values)} kinds=${quoted(kinds.join(' '))} ;;`;
}
