import type { GateReport } from '../domain/gate-report.ts';
import { CcMcpError } from '../domain/errors.ts';
import { currentPlan } from './current-plan.ts';
import { runGate } from './gate-run.ts';
import { agreedProject } from './install/granted-project.ts';
import type { InstallRequest } from './install/install-request.ts';
import { agree, beginOperation, planInstall, proveServer } from './install/prove-server.ts';
import { readRequest } from './install/wanted-server.ts';
import type { InstallPorts } from './ports.ts';
import { toolsThatDiffer } from './tools-that-differ.ts';

export type TestRequest = Omit<InstallRequest, 'reference' | 'test' | 'enable' | 'dryRun'> & { readonly target: string };

export interface TestResult {
  readonly target: string;
  /** Name of the installed server, null for a reference. */
  readonly server: string | null;
  readonly gate: GateReport;
}

/** The full gate alone: of an installed server as it is, or of a package that is built for it and goes again. */
export async function testServer(ports: InstallPorts, request: TestRequest, signal: AbortSignal): Promise<TestResult> {
  const manifest = await ports.manifests.read(request.location);
  if (manifest.servers.get(request.target)?.mode === 'docker') {
    refuseSettings(request);
    return { target: request.target, server: request.target, gate: await testInstalled(ports, request, signal) };
  }
  const { target, ...rest } = request;
  const install: InstallRequest = { ...rest, reference: target, test: true, enable: false, dryRun: false };
  const wanted = await readRequest(ports, install);
  const operation = await beginOperation(ports, install, wanted.name);
  await using _ = operation.journal;
  const planned = await planInstall(ports, install, wanted, operation, signal);
  await agree(ports, planned.plan, install);
  return { target, server: null, gate: await proveServer(ports, install, wanted, planned, operation, async ({ gate }) => gate, signal) };
}

/** What would be ignored is refused: it looks as if the server had been tested with it. */
function refuseSettings({ target, values, volumes, network, limits, grants, overrides, systemPackages = [], asOf, dockerfile, bin, service, arguments: given }: TestRequest): void {
  const lists = [values, volumes, overrides, systemPackages, given, grants.read, grants.write, grants.env, Object.keys(limits)];
  if (lists.every(({ length }) => length === 0) && network === undefined && service === undefined && bin === undefined && asOf === undefined && dockerfile === undefined && !grants.net && !grants.scripts && !grants.controlFiles) return;
  throw new CcMcpError('USAGE', `${target} is installed, and tested as it is: flags that would change it have no place here`, {
    suggestions: [`cc-mcp test ${target}`, `cc-mcp install ${target} with these flags changes it, once it passes the gate`],
  });
}

async function testInstalled(ports: InstallPorts, { location, target }: TestRequest, signal: AbortSignal): Promise<GateReport> {
  const current = await currentPlan(ports, location, target, signal);
  const { engine, entry, server } = current;
  const project = await agreedProject(ports, { manifestId: location.id, server: target }, server);
  const plan = project === undefined ? current.plan : await current.planFor(project);
  const key = { manifestId: location.id, server: target };
  const offered = server.package === undefined ? undefined : await ports.marketplace.find(server.package);
  const token = ports.newToken();
  await using _ = await ports.journal.begin({ operation: 'test', token, manifestId: location.id, manifestPath: location.path, server: target, images: [], committing: false });
  const gate = await runGate(ports, engine, {
    name: target, token, plan, values: await ports.secrets.read(key), full: true, homeId: await ports.state.homeId(), location, source: entry.source, recipe: entry.recipe, limits: server.limits,
    ...(offered === undefined ? {} : { offered }),
  }, signal);
  await rememberTools(ports, key, entry.proven.tools, gate);
  return gate;
}

/** Tools whose fingerprint is not the lock's any more are shown by `status`. */
async function rememberTools(ports: InstallPorts, key: { readonly manifestId: string; readonly server: string }, locked: Readonly<Record<string, string>>, gate: GateReport): Promise<void> {
  const state = await ports.state.readServer(key);
  if (state === undefined || gate.proven === undefined) return;
  const changedTools = toolsThatDiffer(locked, gate.proven.tools);
  await ports.state.writeServer(key, { ...state, changedTools });
}
