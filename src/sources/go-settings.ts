import { CcMcpError } from '../domain/errors.ts';
import type { GoConfiguration } from './go-configuration.ts';
import { hasCredentials, hostOf, isLoopback } from './registry-address.ts';

/** The proxies of a GOPROXY list that are addresses: neither `direct` nor `off`. */
function proxiesOf({ GOPROXY = '' }: GoConfiguration): readonly string[] {
  return GOPROXY.split(/[,|]/).map((part) => part.trim()).filter((part) => URL.canParse(part));
}

/** Refuses what a container cannot have: credentials and folders of this machine. */
export function checkedGoConfiguration(configuration: GoConfiguration): GoConfiguration {
  for (const proxy of proxiesOf(configuration)) {
    if (!/^https?:\/\//.test(proxy)) throw new CcMcpError('UNSUPPORTED', 'GOPROXY names a proxy that is not an http or https address, which no container reaches', { suggestions: ['Unset GOPROXY for this command, or let a proxy of modules serve that folder'] });
    if (hasCredentials(proxy)) {
      throw new CcMcpError('UNSUPPORTED', `The Go module proxy ${hostOf(proxy)} wants credentials: private module proxies come with a later version`, {
        suggestions: ['Install from a proxy that needs no credentials'], details: { registry: hostOf(proxy) },
      });
    }
  }
  return configuration;
}

/** Go in a container: the user's proxies, the base's own toolchain and no other, no C, and nothing of a configuration that lies around. */
export function goEnvironment(configuration: GoConfiguration): Readonly<Record<string, string>> {
  return {
    ...configuration, GOENV: 'off', GOFLAGS: '', GOWORK: 'off', GOTOOLCHAIN: 'local', CGO_ENABLED: '0', GOTELEMETRY: 'off',
    GOPATH: '/work/.cache/go', GOMODCACHE: '/work/.cache/go/pkg/mod', GOCACHE: '/work/.cache/go-build',
  };
}

export function goNetwork(configuration: GoConfiguration): 'default' | 'host' {
  return proxiesOf(configuration).some(isLoopback) ? 'host' : 'default';
}
