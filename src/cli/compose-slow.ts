import type { SlowPath } from '../domain/session-ports.ts';
import { CcMcpError } from '../domain/errors.ts';
import { prepareRun as prepare } from '../servers/prepare-run.ts';
import { composePorts } from './compose-ports.ts';

/** `run` when its recipe does not fit any more: everything is read anew and compared with the approval. */
export const prepareRun: SlowPath = async ({ server, search }) => {
  const say = (text: string): void => void process.stderr.write(`cc-mcp: ${text}\n`);
  const progress = { report: (event: { readonly type: string; readonly text?: string }): void => (event.type === 'warning' ? say(event.text ?? '') : undefined) };
  try {
    const ports = composePorts({ progress, warn: say, environment: search.environment, workingFolder: search.workingFolder });
    const location = await ports.manifests.locate(search);
    return { recipe: await prepare(ports, location, server) };
  } catch (error) {
    if (error instanceof CcMcpError) return { refusal: error };
    throw error;
  }
};
