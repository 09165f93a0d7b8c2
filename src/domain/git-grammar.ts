/** A branch, a tag or a commit: nothing that git could take for an option, a range or a path of its own. */
export function isGitRef(ref: string): boolean {
  return ref.length <= 200 && /^[A-Za-z0-9_][A-Za-z0-9_./+-]*$/.test(ref) && !/\.\.|\/\/|@\{|\.lock(?:\/|$)|[/.]$/.test(ref);
}

export function isCommit(ref: string): boolean {
  return /^[0-9a-f]{40}$/.test(ref);
}

/** Where a repository may be fetched from. Credentials stand in no address: git has its own places for them. */
export function isGitAddress(address: string): boolean {
  if (address.length > 400 || !/^[\x21-\x7E]+$/.test(address) || !URL.canParse(address)) return false;
  const { protocol, username, password, hostname, pathname, search, hash } = new URL(address);
  if (search !== '' || hash !== '' || pathname.length < 2 || /[\\'"`$;&|<>(){}]/.test(address)) return false;
  if (protocol === 'https:' || protocol === 'http:') return hostname !== '' && username === '' && password === '';
  if (protocol === 'ssh:') return /^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(hostname) && /^[A-Za-z0-9._]*$/.test(username) && password === '';
  return protocol === 'file:' && hostname === '';
}

/** A folder in a repository: relative, inside. */
export function isInnerPath(path: string): boolean {
  return path.length <= 300 && /^[A-Za-z0-9._@+-]+(?:\/[A-Za-z0-9._@+-]+)*$/.test(path) && !path.split('/').some((part) => part === '..' || part === '.' || part === '.git');
}
