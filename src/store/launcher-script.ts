import { acceptsVersion } from './node-range.ts';

export interface LauncherFacts {
  /** The Node and the `bin/cc-mcp.js` of the command that wrote the launcher. */
  readonly node: string;
  readonly program: string;
  /** `engines.node` of the package. */
  readonly nodeRange: string;
  readonly home: string;
  readonly homeFolder: string;
  /** The user's login shell. */
  readonly shell: string;
}

/**
 * Clients start it from any folder with almost no environment, and Nodes and packages move. As long as nothing has moved it is two
 * tests and an `exec`; only then does it look for another Node, and for another cc-mcp. Background work of the search has none of its
 * standard streams: a client waits for their end.
 */
export function launcherScript({ node, program, nodeRange, home, homeFolder, shell }: LauncherFacts): string {
  return `#!/bin/sh
# Written by cc-mcp; every cc-mcp command repairs it.
CC_MCP_HOME=${quoted(home)}
export CC_MCP_HOME
node=${quoted(node)}
bin=${quoted(program)}
if [ -x "$node" ] && [ -f "$bin" ]; then exec "$node" -- "$bin" "$@"; fi

home=\${HOME:-${quoted(homeFolder)}}
shell=\${SHELL:-${quoted(shell)}}
HOME=$home
export HOME

accepts() {
  [ -f "$1" ] && [ -x "$1" ] && "$1" -e ${quoted(acceptsVersion(nodeRange))} </dev/null >/dev/null 2>&1
}

# What the login shell finds under a name, within five seconds.
login() {
  found=\${TMPDIR:-/tmp}/.cc-mcp-launcher.$$
  ( umask 077; set -C; : >"$found" ) 2>/dev/null || return 1
  "$shell" -lc "command -v $1" </dev/null >"$found" 2>/dev/null &
  asked=$!
  ( waited=0
    while kill -0 "$asked"; do
      if [ "$waited" -ge 50 ]; then kill -9 "$asked"; break; fi
      sleep 0.1
      waited=$((waited + 1))
    done ) </dev/null >/dev/null 2>&1 &
  wait "$asked" 2>/dev/null
  answer=$(sed -n '/^\\//h;\${x;p;}' "$found")
  rm -f "$found"
  [ -n "$answer" ]
}

# Every file of this name on the PATH and where installers put it, until one will do.
search() {
  name=$1
  will_do=$2
  rest=\${PATH:-/usr/local/bin:/usr/bin:/bin}:/usr/local/bin:/opt/homebrew/bin:$home/.volta/bin:$home/.local/bin:
  while [ -n "$rest" ]; do
    answer=\${rest%%:*}/$name
    rest=\${rest#*:}
    if [ "\${answer#/}" != "$answer" ] && "$will_do" "$answer"; then return 0; fi
  done
  for answer in "$home"/.nvm/versions/node/*/bin/"$name"; do
    if "$will_do" "$answer"; then return 0; fi
  done
  login "$name" && "$will_do" "$answer"
}

other() {
  [ -f "$1" ] && [ -x "$1" ] && ! [ "$1" -ef "$0" ]
}

if ! accepts "$node"; then
  if ! search node accepts; then
    echo "cc-mcp: no Node.js ${nodeRange} found, neither $node nor on the PATH nor by $shell: install one, then run any cc-mcp command" >&2
    exit 3
  fi
  node=$answer
fi
if [ -f "$bin" ]; then exec "$node" "$bin" "$@"; fi
if search cc-mcp other; then
  PATH=\${node%/*}:\${PATH:-/usr/local/bin:/usr/bin:/bin}
  export PATH
  exec "$answer" "$@"
fi
echo "cc-mcp: the package is gone from $bin, and no other cc-mcp is on the PATH: npm install -g cc-mcp, then run any cc-mcp command" >&2
exit 3
`;
}

/** One word for the shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
