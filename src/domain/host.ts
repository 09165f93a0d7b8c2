/** What the adapters of this machine tell the pure rules. Paths are absolute POSIX paths. */
export interface HostFacts {
  readonly homeFolder: string;
  readonly ccMcpHome: string;
  readonly uid: number;
  readonly gid: number;
  readonly platform: 'linux' | 'darwin';
}

export interface PathFacts {
  /** With every symlink resolved. */
  readonly realPath: string;
  readonly isDirectory: boolean;
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
  readonly device: number;
  readonly inode: number;
}

export interface HostFiles {
  /** Undefined: nothing is there. */
  inspect(path: string): Promise<PathFacts | undefined>;
}
