import type { BuildEnvironment } from '../servers/ports.ts';

const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'no_proxy', 'all_proxy'];

/** This machine's proxies, for resolvers and as the builders' predefined arguments, which no image remembers. */
export function proxyVariables(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(PROXIES.flatMap((name) => {
    const value = environment[name];
    return value === undefined || value === '' ? [] : [[name, value]];
  }));
}

/** A proxy on this machine's loopback is reached from a build only through the host's own network. */
export function buildEnvironment(environment: Readonly<Record<string, string | undefined>>): BuildEnvironment {
  const proxies = proxyVariables(environment);
  const onLoopback = Object.entries(proxies).some(([name, value]) => !/^no_/i.test(name) && /^(?:[a-z0-9]+:\/\/)?(?:[^@/]*@)?(?:localhost|127\.|\[::1\])/i.test(value));
  return { buildArguments: proxies, network: onLoopback ? 'host' : 'default' };
}
