import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LABEL } from '../../src/domain/container-engine.ts';
import type { Labels } from '../../src/domain/container-engine.ts';
import type { ToolResult, ToolRun } from '../../src/domain/tool-container.ts';
import { DockerToolContainers, type ToolContainersOptions } from '../../src/docker/tool-containers.ts';
import { realBench, token } from '../support/engine.ts';

async function rig(options: Partial<ToolContainersOptions> = {}, own: Labels = {}) {
  const { engine, image, labels } = await realBench();
  const tools = new DockerToolContainers(engine, { labels: { ...labels, ...own }, newToken: token, caBundle: undefined, proxies: {}, network: 'default', ...options });
  const lines: string[] = [];
  return {
    engine, labels, lines,
    run: (script: string, changes: Partial<ToolRun> = {}, signal?: AbortSignal, onLine: (line: string) => void = () => {}): Promise<ToolResult> =>
      tools.run({ image, command: ['sh', '-c', script], files: [], outputs: [], environment: {}, network: 'default', timeLimit: 60, ...changes }, (line) => {
        lines.push(line);
        onLine(line);
      }, signal),
  };
}

describe('DockerToolContainers', () => {
  it('gives the program its files, takes its outputs, and is gone afterwards', async () => {
    const { engine, labels, lines, run } = await rig();
    const result = await run('id -u; id -g; pwd; cat sub/in; mv sub/in moved; cp moved out; echo complaint >&2', {
      files: [{ path: 'sub/in', content: Buffer.from('hello\n') }], outputs: ['out', 'none'],
    });
    expect(result).toMatchObject({ exitCode: 0, oomKilled: false });
    expect(result.output.split('\n').sort()).toEqual(['/work', '10001', '10001', 'complaint', 'hello']);
    expect(lines.join('\n')).toBe(result.output);
    expect([...result.files].map(([path, content]) => [path, String(Buffer.from(content))])).toEqual([['out', 'hello\n']]);
    expect(await engine.list(labels)).toEqual([]);
  });

  it.each([['where the program asks for it', {}, { network: 'host' }], ['where a proxy is there', { network: 'host' }, {}]] as const)('reaches this machine\'s loopback %s, and not otherwise', async (_, options, changes) => {
    const server = createServer((socket) => socket.end('hello\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const script = `node -e 'require("net").connect(${(server.address() as AddressInfo).port}, "127.0.0.1").on("error", (error) => console.log(error.code)).pipe(process.stdout)'`;
    expect((await (await rig(options)).run(script, changes)).output).toBe('hello');
    expect((await (await rig()).run(script)).output).toBe('ECONNREFUSED');
  });

  it('reads back megabytes', async () => {
    const { run } = await rig();
    const { files } = await run('head -c 8000000 /dev/urandom > big; cksum big | cut -d" " -f2 > size', { outputs: ['big', 'size'] });
    expect(files.get('big')).toHaveLength(8_000_000);
  });

  it('tells the exit code and takes no outputs then; of long output it keeps the end', async () => {
    const { run } = await rig();
    const result = await run('touch out; i=0; while [ $i -lt 20000 ]; do echo "line $i"; i=$((i+1)); done; exit 9', { outputs: ['out'] });
    expect(result.exitCode).toBe(9);
    expect(result.files.size).toBe(0);
    expect(result.output.length).toBeLessThanOrEqual(64 * 1024);
    expect(result.output).toMatch(/line 19999$/);
  });

  it('makes the output harmless', async () => {
    const { run } = await rig();
    expect((await run(String.raw`printf '\033[2J\033]0;title\007red\342\200\256\n'`)).output).toBe('red<U+202E>');
  });

  it('lets nothing write but /work and /tmp, without rights', async () => {
    const { run } = await rig();
    const { output } = await run('grep -E "CapEff|NoNewPrivs" /proc/self/status; for d in / /etc /usr /opt; do touch $d/x 2>/dev/null && echo "wrote $d"; done; touch /tmp/x /work/x && echo both');
    expect(output.split('\n')).toEqual([expect.stringMatching(/CapEff:\s*0+$/), expect.stringMatching(/NoNewPrivs:\s*1/), 'both']);
  });

  it('gives the program a secret in its memory alone, and takes it out of what the program says', async () => {
    const { engine, labels, lines, run } = await rig();
    const value = `canary-tok-${token()}`;
    const result = await run('stat -f -c %T /tmp; stat -c %a /tmp/secret; cat /tmp/secret; echo; base64 -w0 /tmp/secret; echo; readlink /proc/self/fd/0; tr "\\0" " " </proc/self/cmdline; env; cp /tmp/secret out', {
      secret: { path: '/tmp/secret', content: value, values: [value] }, outputs: ['out'],
    });
    expect(result.output.split('\n').slice(0, 5)).toEqual(['tmpfs', '600', '[redacted]', '[redacted]', '/dev/null']);
    expect(String(Buffer.from(result.files.get('out') ?? new Uint8Array()))).toBe(value);
    expect([result.output, ...lines].join('\n')).not.toContain(value);
    expect(await engine.list(labels)).toEqual([]);
  });

  it('carries the CA bundle of the host and its proxies inside', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cc-mcp-ca-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const caBundle = join(folder, 'ca.pem');
    await writeFile(caBundle, '-----BEGIN CERTIFICATE-----\nours\n-----END CERTIFICATE-----\n');
    const { run } = await rig({ caBundle, proxies: { https_proxy: 'http://proxy.example:3128' } });
    const { output } = await run('for v in NODE_EXTRA_CA_CERTS SSL_CERT_FILE npm_config_cafile PIP_CERT REQUESTS_CA_BUNDLE CURL_CA_BUNDLE; do eval "f=\\$$v"; echo "$v $(grep -c ours $f) $(grep -c BEGIN $f)"; done; echo $https_proxy; ls -A');
    const lines = output.split('\n');
    expect(lines[0]).toBe('NODE_EXTRA_CA_CERTS 1 1');
    for (const line of lines.slice(1, 6)) expect(line).toMatch(/^\S+ 1 1\d\d$/);
    expect(lines.slice(6)).toEqual(['http://proxy.example:3128', '.cc-mcp']);
  });

  it('ends a program that takes too long, with what it said', async () => {
    const { engine, labels, run } = await rig();
    await expect(run('echo begun; sleep 300', { timeLimit: 2 })).rejects.toMatchObject({ code: 'RESOLUTION_FAILED', details: { log: ['begun'] } });
    expect(await engine.list(labels)).toEqual([]);
  });

  it('leaves nothing behind when it is aborted, and carries its labels until then', async () => {
    const owner = token();
    const { engine, labels, run } = await rig({}, { [LABEL.token]: owner });
    const controller = new AbortController();
    const reason = new Error('enough');
    const seen: unknown[] = [];
    await expect(run('echo begun; sleep 300', {}, controller.signal, () => {
      void engine.list(labels).then((list) => {
        seen.push(list[0]?.labels[LABEL.token], list[0]?.name);
        controller.abort(reason);
      });
    })).rejects.toBe(reason);
    expect(seen).toEqual([owner, expect.stringMatching(/^cc-mcp-tool-[0-9a-f]{24}$/)]);
    expect(await engine.list(labels)).toEqual([]);
  });

  it('says IMAGE_MISSING when the image is not there', async () => {
    const { run } = await rig();
    await expect(run('true', { image: 'localhost/cc-mcp-none:1' })).rejects.toMatchObject({ code: 'IMAGE_MISSING' });
  });

  it('tells a program that ran out of memory', async () => {
    const { run } = await rig();
    expect(await run('node --max-old-space-size=8000 -e "const held = []; for (;;) held.push(Buffer.alloc(64 << 20, 1));"')).toMatchObject({ exitCode: 137, oomKilled: true });
  });
});
