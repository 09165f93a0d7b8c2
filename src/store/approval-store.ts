import type { ApprovalStore } from '../domain/stores.ts';
import { withEntry } from './nested-entry.ts';
import type { HomeFiles } from './home-files.ts';
import { OwnFile } from './own-file.ts';
import { parseApprovals, type Approvals } from './schema.ts';

/** `approvals.json`. Broken, it approves nothing. */
export function createApprovalStore(files: HomeFiles): ApprovalStore {
  const file = new OwnFile<Approvals>(files.home.path('approvals.json'), files, { version: 1, parse: parseApprovals, empty: () => parseApprovals({ version: 1, approvals: {}, projects: {} }) });
  return {
    async read({ manifestId, server }) {
      return (await file.read()).approvals[manifestId]?.[server];
    },
    async write({ manifestId, server }, approval) {
      if (approval === undefined) {
        const all = await file.read();
        if (all.approvals[manifestId]?.[server] === undefined && all.projects[manifestId]?.[server] === undefined) return;
      }
      await file.update((all) => ({
        ...all, approvals: withEntry(all.approvals, manifestId, server, approval), ...(approval === undefined ? { projects: withEntry(all.projects, manifestId, server, undefined) } : {}),
      }));
    },
    async projects({ manifestId, server }) {
      return (await file.read()).projects[manifestId]?.[server] ?? {};
    },
    async allowProject({ manifestId, server }, folder, right) {
      await file.update((all) => ({ ...all, projects: withEntry(all.projects, manifestId, server, { ...all.projects[manifestId]?.[server], [folder]: right }) }));
    },
  };
}
