import type { PreparedServer } from '../domain/session-ports.ts';

export interface KeeperLauncher {
  launch(server: PreparedServer, after: string): void;
  /** Resolves when a launched keeper has been told what to do. */
  handedOver(): Promise<void>;
}

/** What a keeper finds on its stdin, as one JSON document. */
export interface KeeperOrder {
  readonly server: PreparedServer;
  readonly after: string;
}

/**
 * Starts the process that makes the next standby: in a session of its own, so that nothing that ends this one ends it. Its order
 * holds resolved values and goes through a pipe.
 */
export function createKeeperLauncher(program: string, environment: NodeJS.ProcessEnv, onFailure: (error: Error) => void): KeeperLauncher {
  let handedOver: Promise<void> = Promise.resolve();
  return {
    launch(server, after) {
      // Loaded now: a session that is only a probe never needs it.
      const { spawn } = process.getBuiltinModule('node:child_process');
      const { HOME, PATH, CC_MCP_HOME, TMPDIR } = environment;
      const child = spawn(process.execPath, [program], { cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'ignore'], env: { HOME, PATH, CC_MCP_HOME, TMPDIR } });
      child.on('error', onFailure);
      child.stdin.on('error', onFailure);
      handedOver = new Promise((resolve) => {
        child.once('error', () => resolve());
        child.stdin.once('error', () => resolve());
        child.stdin.end(JSON.stringify({ server, after } satisfies KeeperOrder), () => resolve());
      });
      child.unref();
    },
    handedOver: () => handedOver,
  };
}
