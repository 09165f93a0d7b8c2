import { describe, expect, it } from 'vitest';
import type { ProgressEvent } from '../../domain/progress.ts';
import type { Consent, ConsentQuestion } from '../ports.ts';
import { containerVariables, containerVolumes } from './container-grants.ts';
import type { MigrateRequest } from './migrate-request.ts';
import type { ContainerLaunch } from './package-launch.ts';

const HOST = { homeFolder: '/home/me', ccMcpHome: '/home/me/.cc-mcp', uid: 1000, gid: 1000, platform: 'linux' } as const;
const CONTAINER: ContainerLaunch = { set: {}, passed: [], envFiles: [], mounts: [], volumes: [], network: undefined, limits: {} };

function request(scope: 'global' | 'project', rest: Partial<MigrateRequest> = {}): MigrateRequest {
  return {
    name: 'it', location: { path: '/home/me/project/mcp.json', folder: '/home/me/project', scope, id: 'p', exists: true }, workingFolder: '/home/me/project', overrides: [], arguments: [], values: [], volumes: [], limits: {},
    grants: { read: [], write: [], net: false, env: [], scripts: false, controlFiles: false }, test: false, dryRun: false, ...rest,
  };
}

async function volumes(asked: MigrateRequest, container: Partial<ContainerLaunch>, { answer = true, base }: { readonly answer?: boolean; readonly base?: string } = {}): Promise<{ readonly volumes: readonly string[]; readonly questions: readonly ConsentQuestion[] }> {
  const questions: ConsentQuestion[] = [];
  const consent: Consent = { confirm: async (question) => questions.push(question) > 0 && answer, choose: async () => '' };
  return { volumes: await containerVolumes({ consent, host: HOST }, asked, { ...CONTAINER, ...container }, base), questions };
}

const NOTES = { source: '/home/me/notes', target: '/notes', readOnly: true };

describe('[N8] folders of a docker run', () => {
  it('outside the project are asked for, by the flag that answers it', async () => {
    const { volumes: found, questions } = await volumes(request('project'), { mounts: [NOTES, { source: './docs', target: '/docs', readOnly: false }] }, { base: '/home/me/project' });
    expect(found).toEqual(['/home/me/notes:/notes:ro', '/home/me/project/docs:/docs']);
    expect(questions).toEqual([{ lines: ['/home/me/notes:/notes:ro (a volume of its entry)'], question: 'Let it have this of your machine?', flag: '--volume /home/me/notes:/notes:ro' }]);
  });

  it('are not given when that is declined, not asked for where a flag gives something at that path, in a dry run, or where nobody can', async () => {
    await expect(volumes(request('global'), { mounts: [NOTES] }, { answer: false })).rejects.toThrow(expect.objectContaining({ code: 'REFUSED' }));
    expect(await volumes(request('global', { volumes: ['/other:/notes'] }), { mounts: [NOTES] })).toEqual({ volumes: [], questions: [] });
    expect((await volumes(request('global', { dryRun: true }), { mounts: [NOTES] })).questions).toEqual([]);
    expect(await volumes(request('global'), { mounts: [{ ...NOTES, source: '/var/run/docker.sock' }] })).toEqual({ volumes: ['/var/run/docker.sock:/notes:ro'], questions: [] });
  });

  it('in a volume of the engine stay there, unless a flag gives another; one without a name goes with its container', async () => {
    await expect(volumes(request('global'), { volumes: [{ name: 'kept', target: '/data' }] })).rejects.toThrow(expect.objectContaining({ code: 'UNSUPPORTED', suggestions: ['cc-mcp enable it --mode docker --volume FOLDER:/data   keeps it in a folder of yours from now on'] }));
    expect(await volumes(request('global', { volumes: ['./d:/data/'] }), { volumes: [{ name: 'kept', target: '/data/' }, { name: '', target: '/cache' }] })).toEqual({ volumes: [], questions: [] });
  });

  it('that only a client fills in, and networks, are for a flag', async () => {
    await expect(volumes(request('global'), { mounts: [{ ...NOTES, source: '${workspaceFolder}' }] })).rejects.toThrow('which only its client fills in');
    await expect(volumes(request('global'), { network: 'db' })).rejects.toThrow(expect.objectContaining({ code: 'CONSENT_NEEDED', suggestions: ['cc-mcp enable it --mode docker --network db'] }));
    expect(await volumes(request('global', { network: 'db' }), { network: 'db' })).toEqual({ volumes: [], questions: [] });
  });
});

it('[N8] variables of a docker run are what it sets, and what it passes on', () => {
  const said: ProgressEvent[] = [];
  const ports = { progress: { report: (event: ProgressEvent) => void said.push(event) }, environment: { MINE: 'x' } };
  expect(containerVariables(ports, { ...CONTAINER, set: { A: '1', TOKEN: '2' }, passed: ['TOKEN', 'OWN', 'MINE', 'GIVEN', 'NOWHERE'] }, { OWN: 'o', OTHER: 'p' }, new Set(['GIVEN']))).toEqual({ A: '1', TOKEN: '2', OWN: 'o', MINE: '${MINE}' });
  expect(said).toEqual([{ type: 'warning', text: 'NOWHERE is passed on, and is set nowhere: --env NOWHERE=VALUE sets it' }]);
});
