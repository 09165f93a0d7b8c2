/**
 * Whether somebody beside its owner can write a file or folder of this mode. A group that has the user's own number is the private
 * group that most distributions give to each user, with a umask of 002: nobody else is in it.
 */
export function writableByOthers({ mode, uid, gid }: { readonly mode: number; readonly uid: number; readonly gid: number }): boolean {
  const privateGroup = gid === uid && uid !== 0;
  return (mode & (privateGroup ? 0o002 : 0o022)) !== 0;
}
