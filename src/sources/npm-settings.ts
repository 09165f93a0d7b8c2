import type { NpmConfiguration } from './npm-configuration.ts';
import { isLoopback } from './registry-address.ts';

/** Milliseconds between tries: with npm's own an archive that is not the locked one is known after two and a half minutes only. */
const PATIENCE = ['fetch-retry-mintimeout=1000', 'fetch-retry-maxtimeout=10000'];

/** An npmrc for npm in a container: the user's registries, without credentials. Never part of a recipe, a lock or an image. */
export function npmrcFor({ registry, scopes, ca, strictSsl }: NpmConfiguration): string {
  const lines = [
    ...(registry === undefined ? [] : [`registry=${quoted(registry)}`]),
    // Also those that want credentials: the question must fail, not go to the public registry, where anybody may own the scope.
    ...Object.entries(scopes).map(([scope, address]) => `${scope}:registry=${quoted(withoutCredentials(address))}`),
    ...ca.map((certificate) => `ca[]=${quoted(certificate)}`),
    ...(strictSsl ? [] : ['strict-ssl=false']),
    ...PATIENCE,
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** JSON's quoting is npm's, and `${` must not be read as a variable there. */
function quoted(text: string): string {
  return JSON.stringify(text.replaceAll('${', '\\${'));
}

function withoutCredentials(address: string): string {
  const url = new URL(address);
  url.username = '';
  url.password = '';
  return url.href;
}

/** The proxies of the npm configuration under the names that every program and every builder knows. */
export function npmProxies({ proxy, noProxy }: NpmConfiguration): Readonly<Record<string, string>> {
  return {
    ...(proxy === undefined ? {} : { HTTPS_PROXY: proxy, https_proxy: proxy, HTTP_PROXY: proxy, http_proxy: proxy }),
    ...(noProxy === undefined ? {} : { NO_PROXY: noProxy, no_proxy: noProxy }),
  };
}

/** Where a registry or proxy listens on this machine's loopback, containers need the host's network to reach it. */
export function npmNetwork({ registry, scopes, proxy }: NpmConfiguration): 'default' | 'host' {
  const addresses = [registry, ...Object.values(scopes), proxy].filter((address) => address !== undefined);
  return addresses.some((address) => URL.canParse(address) && isLoopback(address)) ? 'host' : 'default';
}
