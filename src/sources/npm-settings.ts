import type { ArchiveFile } from '../domain/container-engine.ts';
import type { ToolRun } from '../domain/tool-container.ts';
import type { NpmConfiguration } from './npm-configuration.ts';
import { npmSecret, quoted } from './npm-credentials.ts';
import { isLoopback } from './registry-address.ts';

/** Milliseconds between tries: with npm's own an archive that is not the locked one is known after two and a half minutes only. */
const PATIENCE = ['fetch-retry-mintimeout=1000', 'fetch-retry-maxtimeout=10000'];

/** An npmrc for npm in a container: the user's registries, without credentials. Never part of a recipe, a lock or an image. */
export function npmrcFor({ registry, scopes, ca, strictSsl }: NpmConfiguration): string {
  const lines = [
    ...(registry === undefined ? [] : [`registry=${quoted(registry)}`]),
    // Also those that want credentials: the question must fail, not go to the public registry, where anybody may own the scope.
    ...Object.entries(scopes).map(([scope, address]) => `${scope}:registry=${quoted(address)}`),
    ...ca.map((certificate) => `ca[]=${quoted(certificate)}`),
    ...(strictSsl ? [] : ['strict-ssl=false']),
    ...PATIENCE,
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** Goes with `npmIn`. */
export function npmrcFile(configuration: NpmConfiguration): ArchiveFile {
  return { path: 'npmrc', content: new TextEncoder().encode(npmrcFor(configuration)) };
}

/** npm in a container in which no package's code runs: the user's configuration, with the credentials for its registries. */
export function npmIn(configuration: NpmConfiguration): Pick<ToolRun, 'environment' | 'network' | 'secret'> {
  const secret = npmSecret(configuration);
  return {
    environment: {
      NPM_CONFIG_USERCONFIG: '/work/npmrc', ...npmProxies(configuration),
      // npm takes one or the other: here the user's own list of authorities.
      ...(configuration.ca.length === 0 ? {} : { npm_config_cafile: '' }),
      ...(secret === undefined ? {} : { NPM_CONFIG_GLOBALCONFIG: secret.path }),
    },
    network: npmNetwork(configuration),
    ...(secret === undefined ? {} : { secret }),
  };
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
