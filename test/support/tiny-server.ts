/**
 * An MCP server that any base image with a shell can run: it is ready at once, says which instance it is to every call, and holds as
 * many megabytes as asked for.
 */
export function tinyServer({ megabytes }: { readonly megabytes: number }): readonly string[] {
  return ['sh', '-c', `
held=$(head -c ${megabytes * 1_000_000} /dev/zero | tr '\\0' x)
instance=$(cat /proc/sys/kernel/random/uuid)
while IFS= read -r line; do
  id=\${line#*\\"id\\":}; id=\${id%%[,\\}]*}
  case $line in
    *'"method":"initialize"'*) printf '{"jsonrpc":"2.0","id":%s,"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"tiny","version":"1"}}}\\n' "$id" ;;
    *'"id":'*) printf '{"jsonrpc":"2.0","id":%s,"result":{"content":[{"type":"text","text":"%s"}]}}\\n' "$id" "$instance" ;;
  esac
done`];
}
