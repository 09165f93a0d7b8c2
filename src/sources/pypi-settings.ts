import type { ToolRun } from '../domain/tool-container.ts';
import type { PypiConfiguration } from './pypi-configuration.ts';
import { credentialsIn, hasCredentials, isLoopback } from './registry-address.ts';

export function isPrivate(configuration: PypiConfiguration): boolean {
  return indexesOf(configuration).some(hasCredentials);
}

/** Every index that may be asked, but uv's own default. */
export function indexesOf({ index, extra }: PypiConfiguration): readonly string[] {
  return [...extra, ...(index === undefined ? [] : [index])];
}

/** uv in a container: the user's indexes, the base image's own Python, three tries, and no configuration that lies around. */
export function uvIn(configuration: PypiConfiguration, seconds: number): Pick<ToolRun, 'environment' | 'network' | 'secret'> {
  const common = { UV_PYTHON_DOWNLOADS: 'never', UV_LINK_MODE: 'copy', UV_NO_PROGRESS: '1', UV_HTTP_RETRIES: '2', UV_HTTP_TIMEOUT: String(seconds) };
  const network = pypiNetwork(configuration);
  if (!isPrivate(configuration)) {
    const extra: Readonly<Record<string, string>> = configuration.extra.length === 0 ? {} : { UV_INDEX: configuration.extra.join(' ') };
    return { environment: { UV_NO_CONFIG: '1', ...common, ...indexArgument(configuration), ...extra }, network };
  }
  const path = '/tmp/uv.toml';
  const tables = indexesOf(configuration).map((address) => `[[index]]\nurl = ${JSON.stringify(address)}\n${address === configuration.index ? 'default = true\n' : ''}`);
  return { environment: { UV_CONFIG_FILE: path, ...common }, network, secret: { path, content: tables.join(''), values: secretsOf(configuration) } };
}

/** pip in a container in which no package's code runs: the user's indexes, with their credentials. */
export function pipIn(configuration: PypiConfiguration): Pick<ToolRun, 'environment' | 'network' | 'secret'> {
  const path = '/tmp/pip.conf';
  const plain = indexesOf(configuration).map((address) => new URL(address)).filter(({ protocol }) => protocol === 'http:');
  const lines = [
    ...(configuration.index === undefined ? [] : [`index-url = ${configuration.index}`]),
    ...(configuration.extra.length === 0 ? [] : [`extra-index-url = ${configuration.extra.join(' ')}`]),
    ...(plain.length === 0 ? [] : [`trusted-host = ${plain.map(({ host }) => host).join(' ')}`]),
  ];
  return {
    environment: { PIP_CONFIG_FILE: path, PIP_NO_INPUT: '1', PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_NO_CACHE_DIR: '1', PIP_RETRIES: '2', PIP_TIMEOUT: '30' },
    network: pypiNetwork(configuration), secret: { path, content: `[global]\n${lines.join('\n')}\n`, values: secretsOf(configuration) },
  };
}

/** The index as an argument of the build, where it is not uv's own default. */
export function indexArgument({ index }: PypiConfiguration): Readonly<Record<string, string>> {
  return index === undefined ? {} : { UV_DEFAULT_INDEX: index };
}

export function pypiNetwork(configuration: PypiConfiguration): 'default' | 'host' {
  return indexesOf(configuration).some(isLoopback) ? 'host' : 'default';
}

/** A token may stand where a user name is expected. */
function secretsOf(configuration: PypiConfiguration): readonly string[] {
  return indexesOf(configuration).map(credentialsIn).flatMap(({ username, password }) => (password === '' ? [username] : [password, `${username}:${password}`])).filter((value) => value !== '');
}
