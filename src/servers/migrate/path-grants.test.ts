import { describe, expect, it } from 'vitest';
import type { CcMcpError } from '../../domain/errors.ts';
import type { Consent, ConsentQuestion } from '../ports.ts';
import type { MigrateRequest } from './migrate-request.ts';
import { pathGrants } from './path-grants.ts';

const HOST = { homeFolder: '/home/me', ccMcpHome: '/home/me/.cc-mcp', uid: 1000, gid: 1000, platform: 'linux' } as const;

function request(scope: 'global' | 'project', flags: Partial<MigrateRequest['grants']> = {}, rest: Partial<MigrateRequest> = {}): MigrateRequest {
  return {
    name: 'it', location: { path: '/home/me/project/mcp.json', folder: '/home/me/project', scope, id: 'p', exists: true }, workingFolder: '/home/me/project', overrides: [], arguments: [], values: [], volumes: [], limits: {},
    grants: { read: [], write: [], net: false, env: [], scripts: false, controlFiles: false, ...flags }, test: false, dryRun: false, ...rest,
  };
}

async function grants(asked: MigrateRequest, paths: readonly string[], answer: boolean): Promise<{ readonly granted: readonly string[]; readonly questions: readonly ConsentQuestion[] }> {
  const questions: ConsentQuestion[] = [];
  const consent: Consent = { confirm: async (question) => questions.push(question) > 0 && answer, choose: async () => '' };
  return { granted: await pathGrants({ consent, host: HOST }, asked, paths.map((path, index) => ({ path, where: `argument ${index + 1}` }))), questions };
}

describe('[N8] pathGrants', () => {
  it('asks for what lies outside the project, by the flag that answers it, which is not --yes', async () => {
    const { granted, questions } = await grants(request('project'), ['/home/me/notes', '/home/me/my files', '/home/me/project/docs'], true);
    expect(granted).toEqual(['/home/me/notes', '/home/me/my files', '/home/me/project/docs']);
    expect(questions).toEqual([{
      lines: ['/home/me/notes (argument 1 of its entry)', '/home/me/my files (argument 2 of its entry)'], question: 'Let it read this of your machine?',
      flag: '--allow-read /home/me/notes --allow-read \'/home/me/my files\', or --allow-write where it may change it',
    }]);
  });

  it('asks for everything where the manifest is the user\'s own', async () => expect((await grants(request('global'), ['/home/me/project/docs'], true)).questions).toHaveLength(1));

  it('grants nothing that was declined', async () => {
    await expect(grants(request('project'), ['/home/me/notes'], false)).rejects.toThrow(expect.objectContaining({ code: 'REFUSED' }) as CcMcpError);
  });

  it('asks nothing for what a flag grants, whole or from above, and grants it once', async () => {
    expect(await grants(request('global', { write: ['~/notes'], read: ['./docs'] }, { volumes: ['/srv/x:/data'] }), ['/home/me/notes/a', '/home/me/project/docs', '/data'], false)).toEqual({ granted: [], questions: [] });
  });

  it('leaves what nobody can grant to the plan, which refuses it, and asks nothing in a dry run', async () => {
    expect(await grants(request('project'), ['/home/me/.ssh'], false)).toEqual({ granted: ['/home/me/.ssh'], questions: [] });
    expect((await grants(request('project', {}, { dryRun: true }), ['/home/me/notes'], false)).questions).toEqual([]);
  });
});
