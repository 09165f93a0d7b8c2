import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { MarketplacePackage } from '../../src/domain/package.ts';
import { createStarterIndex } from '../../src/store/starter-index.ts';
import { buildImage, fixtureSpec, gate, images, leftovers } from './gate-rig.ts';

/* One of each kind; `npm run verify:index` proves all of them. */
const PROVEN_HERE = ['everything', 'fetch', 'filesystem', 'memory', 'postgres-mcp', 'redis'];
const packages = (await createStarterIndex(join(import.meta.dirname, '../..')).packages()).filter(({ name }) => PROVEN_HERE.includes(name));
// What the index says is proven here, whatever else this machine does meanwhile; the gate's own limits have tests of theirs.
const PATIENT = { companion: 120, connection: 90, capabilities: 90, shutdown: 15 };
const CA = process.env['NODE_EXTRA_CA_CERTS'] ?? process.env['SSL_CERT_FILE'];

/* By hand, without our own sources and templates: what the index says is proven by itself. */
const DOCKERFILES = {
  npm: `ARG BASE
FROM \${BASE}
COPY ca.crt /tmp/ca.crt
ARG PACKAGE
RUN mkdir /opt/cc-mcp && cd /opt/cc-mcp && if [ -s /tmp/ca.crt ]; then export NODE_EXTRA_CA_CERTS=/tmp/ca.crt; fi && npm install --ignore-scripts --no-audit --no-fund --cache /tmp/npm "$PACKAGE" && rm -rf /tmp/npm
`,
  pypi: `ARG BASE
FROM \${BASE}
COPY ca.crt overrides.txt /tmp/
ARG PACKAGE
RUN python3 -m venv /opt/cc-mcp && if [ -s /tmp/ca.crt ]; then export SSL_CERT_FILE=/tmp/ca.crt PIP_CERT=/tmp/ca.crt; fi && (command -v uv || pip install uv) && uv pip install --no-cache --no-build --link-mode copy --overrides /tmp/overrides.txt --python /opt/cc-mcp/bin/python "$PACKAGE"
`,
} as const;

describe('[M2] the starter packages', () => {
  it.each(packages.map((offered) => ({ name: offered.name, offered })))('$name passes the full gate with what the index says of it', async ({ offered }) => {
    const { tests } = offered;
    const image = await build(offered);
    const state = Object.fromEntries(offered.statePaths.map(({ path }) => [path, 'rw,size=16m,uid=10001,gid=10001']));
    const spec = fixtureSpec([], {
      image, entrypoint: executableOf(offered), command: offered.arguments, nanoCpus: 5e8,
      environment: { HOME: '/tmp', NODE_OPTIONS: '--max-old-space-size=384', ...Object.assign({}, ...offered.statePaths.map(({ environment }) => environment)) },
      tmpfs: { ...fixtureSpec([]).tmpfs, ...state },
    });
    const { rewrite } = await images();
    const { report } = await gate({ spec, full: true, package: offered, ...(tests.companion && { companionImage: rewrite(tests.companion.image) }) }, PATIENT);
    expect(report.steps.filter(({ outcome }) => outcome === 'failed' || outcome === 'skipped')).toEqual([]);
    expect(report.steps.filter(({ step }) => step === 'calls').map(({ title, outcome }) => [title, outcome])).toEqual(tests.calls.map(({ title }) => [title, 'passed']));
    // One that still waits for an answer of its client when the input ends may run on for a while.
    expect(report.steps.filter(({ step, outcome }) => outcome === 'warned' && step !== 'shutdown')).toEqual([]);
    expect(Object.keys(report.proven?.tools ?? {}).length).toBeGreaterThan(0);
    expect(await leftovers(spec)).toEqual([]);
  });

  it('postgres-mcp is listed without any value, though what stands in for it leads nowhere', async () => {
    const offered = packages.find(({ name }) => name === 'postgres-mcp');
    if (offered === undefined) throw new Error('the index has no postgres-mcp');
    const spec = fixtureSpec([], { image: await build(offered), entrypoint: executableOf(offered), command: offered.arguments, nanoCpus: 5e8 });
    const { report } = await gate({ spec, package: offered }, PATIENT);
    expect(report.steps.filter(({ outcome, step }) => outcome === 'failed' || (outcome === 'warned' && step !== 'shutdown'))).toEqual([]);
    expect(report).toMatchObject({ proven: { tools: { execute_sql: expect.any(String) } } });
  });
});

async function build({ name, source }: MarketplacePackage): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cc-mcp-gate-build-'));
  try {
    await writeFile(join(folder, 'Dockerfile'), DOCKERFILES[source.type === 'npm' ? 'npm' : 'pypi']);
    await writeFile(join(folder, 'overrides.txt'), (source.overrides ?? []).map((line) => `${line}\n`).join(''));
    await (CA === undefined ? writeFile(join(folder, 'ca.crt'), '') : copyFile(CA, join(folder, 'ca.crt')));
    const { node, python } = await images();
    const tag = `cc-mcp-test/gate-${name}`;
    const version = `${source.type === 'npm' ? '@' : '=='}${source.version ?? ''}`;
    await buildImage(tag, folder, { BASE: source.type === 'npm' ? node : python, PACKAGE: `${source.package}${version}` });
    return tag;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function executableOf({ source }: MarketplacePackage): readonly string[] {
  const name = source.package.split('/').at(-1) ?? '';
  return source.type === 'npm' ? [`/opt/cc-mcp/node_modules/.bin/mcp-${name}`] : [`/opt/cc-mcp/bin/${name}`];
}
