import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composePorts } from '../src/cli/compose-ports.ts';
import { install } from '../src/cli/compose-install.ts';
import type { ProgressEvent, Step } from '../src/domain/progress.ts';
import { uninstallServer } from '../src/servers/uninstall-server.ts';
import { testImages, userHome } from '../test/support/user-home.ts';
import { nodeStart } from './node-start.ts';
import { type Row, row } from './row.ts';
import { interleaved, median } from './statistics.ts';

const PACKAGE = '@modelcontextprotocol/server-everything';
/** Named, which others that have the package here do not: its image is built for this alone. */
const EXECUTABLE = 'mcp-server-everything';
const BUILDS = 10;
const SECOND_INSTALLS = 10;
const IMAGE_STEPS: readonly Step[] = ['resolve', 'lock', 'build'];

/** What it costs to get an image, and to get it when somebody has it already. */
export async function installRows(): Promise<readonly Row[]> {
  return [await firstInstall(), await secondInstall()];
}

/** From a reference to an image, the gate not counted, against a plain `docker build`; nothing cached but the base. */
async function firstInstall(): Promise<Row> {
  await using user = await userHome();
  const images = (await testImages()) as { images?: { bases?: Record<string, string> } };
  const base = images.images?.bases?.['node'] ?? 'node:24-slim';
  const context = mkdtempSync(join(tmpdir(), 'cc-mcp-bench-'));
  const certificates = process.env['NODE_EXTRA_CA_CERTS'];
  writeFileSync(join(context, 'ca.crt'), certificates === undefined ? '' : readFileSync(certificates));
  writeFileSync(join(context, 'Dockerfile'), `FROM ${base}\nLABEL org.cc-mcp.test=1\nCOPY ca.crt /tmp/ca.crt\nENV NODE_EXTRA_CA_CERTS=/tmp/ca.crt\nWORKDIR /app\nRUN npm install ${PACKAGE}\n`);
  let round = 0;
  try {
    const times = await interleaved(BUILDS, {
      async ours() {
        round += 1;
        return imageMilliseconds(user.home, round);
      },
      async docker() {
        const startedAt = performance.now();
        const { status, stderr } = spawnSync('docker', ['build', '--no-cache', '--quiet', '--tag', 'cc-mcp-test/plain:bench', context], { encoding: 'utf8' });
        if (status !== 0) throw new Error(stderr);
        const milliseconds = performance.now() - startedAt;
        // Else each round leaves the image of the one before without a name.
        spawnSync('docker', ['image', 'rm', 'cc-mcp-test/plain:bench']);
        return milliseconds;
      },
    });
    return row('`install` from reference to image', '`docker build` of `npm install`', 'ms', median(times.ours), median(times.docker), { most: 1.3 });
  } finally {
    rmSync(context, { recursive: true });
  }
}

/** A version of its own in each round stands at the top of the Dockerfile, so that no layer is found again. */
async function imageMilliseconds(home: string, round: number): Promise<number> {
  let total = 0;
  const progress = {
    report(event: ProgressEvent) {
      if (event.type === 'step-ended' && IMAGE_STEPS.includes(event.step)) total += event.milliseconds;
    },
  };
  const environment = { ...process.env, HOME: home, CC_MCP_HOME: undefined };
  const ports = { ...composePorts({ progress, warn: () => undefined, environment, workingFolder: home }), version: `0.0.0-bench.${process.pid}.${round}` };
  const location = await ports.manifests.locate({ scope: 'global', workingFolder: home, environment, forRun: false });
  const consent = { confirm: async () => true, choose: async (_: string, [first = '']: readonly string[]) => first };
  const { signal } = new AbortController();
  const { built } = await install(ports, consent, {
    reference: `npm:${PACKAGE}`, location, workingFolder: home, bin: EXECUTABLE, overrides: [], arguments: [], values: [], volumes: [], limits: {}, test: false, enable: false, dryRun: false,
    grants: { read: [], write: [], net: false, env: [], scripts: false, controlFiles: false },
  }, signal);
  if (!built) throw new Error(`an image of ${PACKAGE} was there already`);
  await uninstallServer(ports, { location, name: 'server-everything', purge: true, keepImages: false });
  return total;
}

/** The whole command in another home, less what its gate took. */
async function secondInstall(): Promise<Row> {
  await using first = await userHome();
  await using second = await userHome();
  await first.json(['install', 'everything', '--yes']);
  const times = await interleaved(SECOND_INSTALLS, {
    async ours() {
      const startedAt = performance.now();
      const { envelope } = await second.json(['install', 'everything', '--yes']);
      const total = performance.now() - startedAt;
      if (envelope.result.built !== false) throw new Error('the second install built an image');
      await second.cc(['uninstall', 'everything']);
      return total - (envelope.result.gate.milliseconds as number);
    },
    node: nodeStart,
  });
  return row('a second `install` of the same recipe', '`node -e 0`', 'ms', median(times.ours), median(times.node), { most: 20 });
}
