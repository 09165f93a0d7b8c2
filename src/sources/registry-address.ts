import { CcMcpError } from '../domain/errors.ts';

/** Address of a registry from the user's configuration, with a slash at its end. `where` names its place for the message. */
export function parseAddress(text: string, where: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new CcMcpError('INVALID_VALUE', `The ${where} is not an http or https address`, { suggestions: ['Correct it there, or unset it'] });
  }
  url.search = '';
  url.hash = '';
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
}

export function hasCredentials(address: string): boolean {
  const { username, password } = new URL(address);
  return username !== '' || password !== '';
}

export function credentialsIn(address: string): { readonly username: string; readonly password: string } {
  const { username, password } = new URL(address);
  return { username: decoded(username), password: decoded(password) };
}

/** What is no encoding stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

export function withoutCredentials(address: string): string {
  const url = new URL(address);
  url.username = '';
  url.password = '';
  return url.href;
}

/** Whether it is reached on this machine's loopback only: then what runs in a container needs the host's network. */
export function isLoopback(address: string): boolean {
  const host = new URL(address).hostname.replace(/\.$/, '');
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(?:\.\d+){3}$/.test(host);
}

/** Host and port, for messages: never credentials, never a path. */
export function hostOf(address: string): string {
  return new URL(address).host;
}

/** `//host/path/` of an address, as npm writes it. */
export function placeOf(address: string): string {
  const { host, pathname } = new URL(address);
  return `//${host}${pathname}`;
}

/** The variable that stands in a value of a configuration because nobody has set it. */
export function unsetVariable(value: string): string | undefined {
  return /\$\{([^${}]+)\}/.exec(value)?.[1];
}
