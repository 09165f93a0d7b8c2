import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Run, UserHome } from '../support/user-home.ts';
import { callText, userHome } from '../support/user-home.ts';

const TOKEN = 's3cr3t/canary+flag&1';
const PASSWORD = 'p@ss w0rd-canary';
const URI = `postgresql://u:${encodeURIComponent(PASSWORD)}@db.internal:5432/x`;
const SPELLINGS = [TOKEN, encodeURIComponent(TOKEN), PASSWORD, encodeURIComponent(PASSWORD), URI, Buffer.from(TOKEN).toString('base64')];

describe('[M11] secrets', () => {
  let user: UserHome;
  const seen: Run[] = [];
  beforeAll(async () => {
    user = await userHome();
    writeFileSync(join(user.folder, 'secrets.env'), `# a comment\nexport DB_URL='${URI}'\n`);
    const flags = ['--env', `API_TOKEN=${TOKEN}`, '--env-file', 'secrets.env', '--yes'];
    seen.push(await user.cc(['install', 'everything', '--dry-run', ...flags]), await user.cc(['install', 'everything', '--enable', ...flags]));
    for (const args of [['status'], ['status', '--json'], ['doctor'], ['logs', 'everything'], ['approve', 'everything', '--yes'], ['test', 'everything'], ['install', 'everything', '--memory', 'x', ...flags],
      ['install', 'everything', '--nope', ...flags], ['install', 'everything', '--nope', '--json', ...flags], ['install', 'npm:no-such-package-cc-mcp', ...flags]]) seen.push(await user.cc(args));
    const client = await user.connect('everything');
    // The server sees its own environment, and a client may read it there; what is ours must not repeat it.
    expect(await callText(client, 'get-env', {})).toContain('API_TOKEN');
    await client.close();
  });
  afterAll(() => user[Symbol.asyncDispose]());

  it('are in no output of any command, plain or encoded', () => {
    expect(seen[1]?.code, seen[1]?.stderr).toBe(0);
    for (const { stdout, stderr } of seen) for (const spelling of SPELLINGS) expect(stdout + stderr).not.toContain(spelling);
  });

  it('are in no file of ours but the secret store, mode 0600 in a folder 0700', () => {
    const holding = (readdirSync(user.home, { recursive: true }) as string[]).filter((name) => {
      const path = join(user.home, name);
      // A lock may go between listing and looking.
      if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true || path === join(user.folder, 'secrets.env')) return false;
      const content = readFileSync(path, 'utf8');
      return SPELLINGS.some((spelling) => content.includes(spelling));
    });
    expect(holding).toEqual([expect.stringMatching(/^\.cc-mcp\/secrets\//)]);
    const [file = ''] = holding;
    expect(statSync(join(user.home, file)).mode & 0o777).toBe(0o600);
    expect(statSync(join(user.ccMcpHome, 'secrets')).mode & 0o777).toBe(0o700);
    expect(statSync(user.ccMcpHome).mode & 0o777).toBe(0o700);
  });

  it('stand in no argument of a process that run starts', async () => {
    const client = await user.connect('everything');
    const processes = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8', maxBuffer: 1 << 24 });
    for (const spelling of SPELLINGS) expect(processes).not.toContain(spelling);
    await client.close();
  });
});
