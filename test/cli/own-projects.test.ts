import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commitAll, pythonServer, typescriptServer, writeFiles } from '../support/own-servers.ts';
import type { UserHome } from '../support/user-home.ts';
import { callText, docker, readJson, userHome } from '../support/user-home.ts';

describe('[N1] what is in no registry', () => {
  let user: UserHome;
  beforeAll(async () => {
    user = await userHome();
    // The folder of a project, whose mcp.json is its own.
    mkdirSync(join(user.folder, '.git'));
  });
  afterAll(() => user[Symbol.asyncDispose]());

  it('a folder with a Python project installs, answers, is built again when it changes, and is the same for a colleague', async () => {
    writeFiles(join(user.folder, 'hello'), pythonServer('hello'));
    const installed = await user.json(['install', './hello', '--project', '--enable', '--yes']);
    expect(installed.envelope, installed.stderr).toMatchObject({ ok: true, result: { outcome: 'installed', server: 'hello', enabled: true } });
    expect(await callText(await user.connect('hello'), 'greet', { name: 'Ann' })).toBe('hello Ann of 0.1.0');
    const manifest = await readJson(join(user.folder, 'mcp.json'));
    expect(manifest).toMatchObject({ mcpServers: { hello: { source: { type: 'local', path: './hello' } } } });
    expect(readFileSync(join(user.folder, 'mcp.lock.json'), 'utf8')).not.toContain(user.home);
    const image = String(installed.envelope.result.image);
    expect(await docker('run', '--rm', '--entrypoint', 'find', image, '/opt/cc-mcp/app', '-name', '.env')).toBe('');
    expect((await user.json(['rebuild', 'hello'])).envelope).toMatchObject({ ok: true, result: { outcome: 'unchanged' } });

    writeFiles(join(user.folder, 'hello'), pythonServer('good day'));
    const frozen = await user.json(['install', '--frozen', '--yes']);
    expect([frozen.code, frozen.envelope.error]).toEqual([5, expect.objectContaining({ code: 'LOCK_INVALID', message: expect.stringContaining('./hello has changed since it was locked') })]);
    const rebuilt = await user.json(['rebuild', 'hello']);
    expect(rebuilt.envelope, rebuilt.stderr).toMatchObject({ ok: true, result: { outcome: 'rebuilt', enabled: true } });
    // The dependencies that it wants are those that it was locked to: nothing is resolved anew.
    expect(rebuilt.stderr).not.toContain('Resolving');
    expect(await callText(await user.connect('hello'), 'greet', { name: 'Ann' })).toBe('good day Ann of 0.1.0');
    expect((await user.json(['install', '--frozen', '--yes'])).envelope).toMatchObject({ ok: true, result: { servers: [{ outcome: 'up-to-date' }] } });
    expect((await user.json(['uninstall', 'hello', '--yes'])).code).toBe(0);
  });

  it('a TypeScript server in a subfolder of a repository is built without network when that is allowed, and pinned to its commit', async () => {
    const repository = join(user.home, 'repository');
    writeFiles(join(repository, 'servers/hello'), typescriptServer());
    const commit = commitAll(repository);
    const reference = `git+file://${repository}@main#servers/hello`;
    const refused = await user.json(['install', reference, '--global', '--yes']);
    expect([refused.code, refused.envelope.error]).toEqual([5, expect.objectContaining({ code: 'CONSENT_NEEDED', message: expect.stringContaining('npm run build') })]);
    const installed = await user.json(['install', reference, '--global', '--yes', '--allow-scripts']);
    expect(installed.envelope, installed.stderr).toMatchObject({ ok: true, result: { outcome: 'installed', server: 'hello', version: commit } });
    const manifest = await readJson(join(user.ccMcpHome, 'mcp.json'));
    expect(manifest).toMatchObject({ mcpServers: { hello: { source: { type: 'git', repository: `file://${repository}`, path: 'servers/hello', version: 'main' } } } });
    expect((await user.cc(['enable', 'hello'])).code).toBe(0);
    expect(await callText(await user.connect('hello'), 'greet', { name: 'Bob' })).toBe('hello Bob');
    // What only the build needed is not in the image.
    expect(await docker('run', '--rm', '--entrypoint', 'ls', String(installed.envelope.result.image), '/opt/cc-mcp/node_modules')).not.toContain('typescript');
    expect((await user.json(['uninstall', 'hello', '--yes'])).code).toBe(0);
  });

  it.each([
    ['of a folder that holds no server', ['./empty'], 3, 'neither a package.json nor a pyproject.toml'],
    ['of a folder that is not there', ['./nothing'], 3, 'is not there'],
    ['[N9] of a project that names a folder outside', ['../outside', '--project'], 5, 'lies outside'],
    ['[N9] of the home folder', ['..', '--global'], 5, 'cannot be a server\'s source'],
    ['[N9] of a link that leads out of the folder', ['./linked'], 5, 'leads out of the folder'],
    ['of a file that is no TOML', ['./broken'], 7, 'is not TOML'],
    ['[N2] of a branch that is not there', ['git+file://{home}/other@nope'], 3, 'has no branch or tag nope'],
    ['[N2] of a repository that is not there', ['git+file://{home}/empty-place'], 3, 'empty-place is not there'],
  ])('one line, and nothing left, %s', async (_, args, code, message) => {
    for (const folder of ['project/empty', 'project/linked', 'project/broken', 'outside', 'other']) mkdirSync(join(user.home, folder), { recursive: true });
    writeFiles(user.home, { 'outside/package.json': '{}', 'project/broken/pyproject.toml': '[project\n', 'project/linked/package.json': '{"main":"index.js"}', 'project/linked/index.js': '', 'other/package.json': '{}' });
    try {
      symlinkSync('/etc/passwd', join(user.folder, 'linked/users'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    commitAll(join(user.home, 'other'));
    const before = readFileSync(join(user.ccMcpHome, 'config.json'), 'utf8');
    const run = await user.json(['install', ...args.map((text) => text.replace('{home}', user.home)), '--yes']);
    expect([run.code, run.envelope.error], run.stderr).toEqual([code, expect.objectContaining({ message: expect.stringContaining(message) })]);
    expect(run.envelope.error.message).not.toContain('\n');
    expect(readFileSync(join(user.ccMcpHome, 'config.json'), 'utf8')).toBe(before);
  });
});
