import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commitAll, denoServer, goServer, writeFiles } from '../support/own-servers.ts';
import { callText, docker, userHome } from '../support/user-home.ts';
import type { UserHome } from '../support/user-home.ts';

/** A compiler on a busy machine. */
const PATIENT = 600_000;

describe('[N1] folders in Go and for Deno', () => {
  let user: UserHome;
  beforeAll(async () => {
    user = await userHome();
    mkdirSync(join(user.folder, '.git'));
  });
  afterAll(() => user[Symbol.asyncDispose]());

  it('a Go module is compiled from its locked modules into a static program, and anew when a line changes', async () => {
    const folder = join(user.folder, 'hello');
    const hash = `h1:${'A'.repeat(43)}=`;
    writeFiles(folder, { ...goServer('hello'), 'go.sum': `github.com/modelcontextprotocol/go-sdk v1.8.0 ${hash}\ngithub.com/modelcontextprotocol/go-sdk v1.8.0/go.mod ${hash}\n` });
    const forged = await user.json(['install', './hello', '--project', '--yes']);
    expect(forged.envelope.error).toMatchObject({ message: expect.stringMatching(/^The code of github\.com\/modelcontextprotocol\/go-sdk@v1\.8\.0 is not the one of the lock$/) });
    rmSync(join(folder, 'go.sum'));
    const installed = await user.json(['install', './hello', '--project', '--enable', '--yes']);
    expect(installed.envelope, installed.stderr).toMatchObject({ ok: true, result: { outcome: 'installed', server: 'hello', enabled: true } });
    const client = await user.connect('hello');
    expect(await callText(client, 'greet', { name: 'Ann' })).toBe('hello Ann');
    // An open session would keep the image.
    await client.close();
    const lock = readFileSync(join(user.folder, 'mcp.lock.d/hello.go.sum'), 'utf8');
    expect(lock).toMatch(/^github\.com\/modelcontextprotocol\/go-sdk v1\.8\.0 h1:/m);
    const image = String(installed.envelope.result.image);
    const archive = (await docker('history', '--no-trunc', '--format', '{{.CreatedBy}}', image)).split('\n');
    expect(archive.filter((step) => /COPY|ADD/.test(step))).toHaveLength(1);

    writeFiles(folder, goServer('good day'));
    const rebuilt = await user.json(['rebuild', 'hello']);
    expect(rebuilt.envelope, rebuilt.stderr).toMatchObject({ ok: true, result: { outcome: 'rebuilt', enabled: true } });
    expect(await callText(await user.connect('hello'), 'greet', { name: 'Ann' })).toBe('good day Ann');
    expect((await user.json(['install', '--frozen', '--yes'])).envelope).toMatchObject({ ok: true, result: { servers: [{ outcome: 'up-to-date' }] } });
    expect((await user.json(['uninstall', 'hello', '--yes'])).code).toBe(0);
    for (const gone of [image, String(rebuilt.envelope.result.image)]) await expect(docker('image', 'inspect', gone)).rejects.toThrow();
  }, PATIENT);

  it('a repository for Deno is started from what its lock has, without network, and anew at another commit', async () => {
    const repository = join(user.home, 'repository');
    writeFiles(repository, denoServer('hello'));
    const commit = commitAll(repository);
    const installed = await user.json(['install', `git+file://${repository}@main`, '--global', '--name', 'deno-hello', '--enable', '--yes']);
    expect(installed.envelope, installed.stderr).toMatchObject({ ok: true, result: { outcome: 'installed', version: commit, enabled: true } });
    expect(await callText(await user.connect('deno-hello'), 'greet', { name: 'Bob' })).toBe('hello Bob');
    const lock = JSON.parse(readFileSync(join(user.ccMcpHome, 'mcp.lock.d/deno-hello.deno.lock'), 'utf8')) as { npm: Record<string, { integrity: string }>; specifiers: Record<string, string> };
    expect(Object.keys(lock.specifiers).sort()).toEqual(['npm:@modelcontextprotocol/sdk@^1.20.0', 'npm:zod@^3.25.0']);
    for (const { integrity } of Object.values(lock.npm)) expect(integrity).toMatch(/^sha512-/);
    const image = String(installed.envelope.result.image);
    expect((await user.json(['uninstall', 'deno-hello', '--yes'])).code).toBe(0);
    await expect(docker('image', 'inspect', image)).rejects.toThrow();

    writeFiles(repository, denoServer('good day'));
    const next = commitAll(repository);
    const again = await user.json(['install', `git+file://${repository}@main`, '--global', '--name', 'deno-hello', '--enable', '--yes']);
    expect(again.envelope, again.stderr).toMatchObject({ ok: true, result: { version: next } });
    expect(await callText(await user.connect('deno-hello'), 'greet', { name: 'Bob' })).toBe('good day Bob');
    expect((await user.json(['uninstall', 'deno-hello', '--yes'])).code).toBe(0);
  }, PATIENT);
});
