/** What stands for this machine's loopback where a server looks from: the gateway on its network. */
export const GATEWAY_HOST = 'gateway.cc-mcp.internal';

const LOOPBACK = String.raw`(?:localhost|127\.0\.0\.1|\[::1\])`;
/** Not the end of another name, not the beginning of one. */
const NAMED = new RegExp(String.raw`(?<![\w.-])${LOOPBACK}:(\d{1,5})(?!\d)`, 'gi');
/** Without a port: the one that the scheme stands for. */
const SCHEME_ALONE = new RegExp(String.raw`\b([a-z][a-z0-9+]*)(://(?:[^\s/@?#]*@)?)${LOOPBACK}(?=[/?#\s"']|$)`, 'gi');
const SCHEME_PORTS: Readonly<Record<string, number>> = {
  postgres: 5432, postgresql: 5432, mysql: 3306, mariadb: 3306, mongodb: 27_017, redis: 6379, amqp: 5672, http: 80, https: 443, ws: 80, wss: 443, bolt: 7687, neo4j: 7687,
};
const ALONE = new RegExp(`^${LOOPBACK.replace(String.raw`\[::1\]`, '::1')}$`, 'i');

/** One value as the server gets it: this machine's name gives way to the gateway's where a granted port stands beside it. */
export function throughGateway(value: string, ports: readonly number[]): string {
  return value
    .replaceAll(NAMED, (found, port: string) => (ports.includes(Number(port)) ? `${GATEWAY_HOST}:${port}` : found))
    .replaceAll(SCHEME_ALONE, (found, scheme: string, between: string) => (ports.includes(SCHEME_PORTS[scheme.toLowerCase()] ?? 0) ? `${scheme}${between}${GATEWAY_HOST}` : found));
}

/** All values of a server. `DB_HOST=localhost` counts too where its `DB_PORT` is granted; `HOST` alone is where a server listens itself. */
export function environmentThroughGateway(environment: Readonly<Record<string, string>>, ports: readonly number[]): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => {
    const port = ALONE.test(value) && /.HOST$/i.test(name) ? environment[name.replace(/HOST$/i, (word) => (word === 'HOST' ? 'PORT' : 'port'))] : undefined;
    return [name, port !== undefined && ports.includes(Number(port)) ? GATEWAY_HOST : throughGateway(value, ports)];
  }));
}
