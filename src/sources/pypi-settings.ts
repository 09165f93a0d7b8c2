import type { PypiConfiguration } from './pypi-configuration.ts';
import { isLoopback } from './registry-address.ts';

/** uv in a container: the user's index, the base image's own Python, three tries, and no configuration that lies around. */
export function uvEnvironment({ index }: PypiConfiguration): Readonly<Record<string, string>> {
  return { UV_NO_CONFIG: '1', UV_PYTHON_DOWNLOADS: 'never', UV_LINK_MODE: 'copy', UV_NO_PROGRESS: '1', UV_HTTP_RETRIES: '2', ...indexArgument({ index }) };
}

/** The index as an argument of the build, where it is not uv's own default. */
export function indexArgument({ index }: PypiConfiguration): Readonly<Record<string, string>> {
  return index === undefined ? {} : { UV_DEFAULT_INDEX: index };
}

export function pypiNetwork({ index }: PypiConfiguration): 'default' | 'host' {
  return index !== undefined && isLoopback(index) ? 'host' : 'default';
}
