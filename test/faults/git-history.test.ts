import { execFileSync } from 'node:child_process';
import { createHash, randomFillSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { expect, onTestFinished, test, vi } from 'vitest';
import { readRepository } from '../../src/sources/git-repository.ts';

const [MEGABYTE, COMMITS, SIZE] = [1024 ** 2, 64, 16];

test('[N2] of a history of 1 GB only the commit that is wanted is fetched, the newest and one in its middle', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cc-mcp-history-'));
  const [repository, small] = [join(folder, 'large.git'), join(folder, 'small')];
  mkdirSync(small);
  // Needs root. The history does not fit in here.
  execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', small]);
  onTestFinished(() => {
    execFileSync('/bin/umount', ['--lazy', small]);
    rmSync(folder, { recursive: true, force: true });
  });
  importHistory(repository);
  const [, kibibytes] = /^size: (\d+)$/m.exec(execFileSync('git', ['count-objects', '-v'], { cwd: repository, encoding: 'utf8' })) ?? [];
  expect(Number(kibibytes)).toBeGreaterThan(1000 * 1024);
  const middle = execFileSync('git', ['rev-parse', 'main~30'], { cwd: repository, encoding: 'utf8' }).trim();

  vi.stubEnv('TMPDIR', small);
  onTestFinished(() => void vi.unstubAllEnvs());
  const read = (ref: string | undefined) => readRepository({ address: `file://${repository}`, ref, path: 'server', credentials: false, environment: process.env });
  const contents = async (ref?: string): Promise<readonly string[]> => (await read(ref)).files.map(({ path, content }) => `${path}: ${new TextDecoder().decode(content)}`);
  expect(await contents()).toEqual([`index.js: version ${COMMITS}`]);
  expect(await contents(middle)).toEqual([`index.js: version ${COMMITS - 30}`]);
  expect(statfsSync(small).bfree).toBe(statfsSync(small).blocks);
});

/** Each commit has a large file of its own that the next one does not have. */
function importHistory(repository: string): void {
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', repository]);
  const large = randomFillSync(Buffer.alloc(SIZE * MEGABYTE));
  const commits = Array.from({ length: COMMITS + 1 }, (_, number) => {
    const server = `version ${number}`;
    const commit = `commit refs/heads/main\ncommitter a <a@example.com> ${number + 1} +0000\ndata 1\nx\ndeleteall\nM 644 inline server/index.js\ndata ${server.length}\n${server}\n`;
    return number === COMMITS ? commit : `${commit}M 644 ${looseObject(repository, randomFillSync(large, 0, 16))} large-${number}\n`;
  });
  execFileSync('git', ['fast-import', '--quiet', '--done'], { cwd: repository, input: `${commits.join('')}done\n` });
}

/** Written as git keeps it, without a compression that finds nothing: git itself would take a minute. */
function looseObject(repository: string, content: Buffer): string {
  const object = Buffer.concat([Buffer.from(`blob ${content.length}\0`), content]);
  const id = createHash('sha1').update(object).digest('hex');
  mkdirSync(join(repository, 'objects', id.slice(0, 2)), { recursive: true });
  writeFileSync(join(repository, 'objects', id.slice(0, 2), id.slice(2)), deflateSync(object, { level: 0 }));
  return id;
}
