import type { ContainerSpec } from '../domain/container-engine.ts';
import type { ProvenServer } from '../domain/gate-report.ts';
import type { McpConnection } from '../domain/mcp-connection.ts';
import { testCall } from './call-test.ts';
import { testCapabilities } from './capability-test.ts';
import type { Asking } from './capability-test.ts';
import { startCompanion } from './companion.ts';
import type { RunningCompanion } from './companion.ts';
import { manners, testConnection } from './connection-test.ts';
import { descriptionResult } from './description-test.ts';
import { channelStreams } from './channel-streams.ts';
import { EraProbe } from './era-probe.ts';
import type { FreshServer } from './era-probe.ts';
import { diagnoseFailure } from './failed-connection.ts';
import type { Failure } from './failed-connection.ts';
import { GateContainer } from './gate-container.ts';
import { HostProbe } from './host-probe.ts';
import type { GatePorts } from './gate-ports.ts';
import type { GateRequest, GateTimeLimits } from './gate-request.ts';
import { reachService } from './gate-service.ts';
import type { ReachedService } from './gate-service.ts';
import type { ServedTexts } from './poisoning/find-poisoning.ts';
import { testSecurity } from './security-test.ts';
import { testShutdown, testStop } from './shutdown-test.ts';
import type { StepRecorder, StepResult } from './step-recorder.ts';
import { besideCompanion, filledIn, holdsUserData, lookingOnly, standIns, TEST_FOLDER, withoutProxies, withoutUserData } from './test-spec.ts';
import { triedHosts } from './tried-hosts.ts';
import { within } from './within.ts';

const USE_TEST = 'use --test';
const UNMET = 'an earlier test failed';
const ENDED: Failure = { fault: 'closed', message: 'it ended before it listened' };
const UNREAD: StepResult = { outcome: 'failed', reason: 'its descriptions could not be read' };

interface OpenServer {
  readonly container: GateContainer;
  readonly connection: McpConnection;
  readonly result: StepResult;
}

/** One run of the gate: the order of its steps, and what they hold until its end. */
export class GateRun implements AsyncDisposable {
  proven: ProvenServer | undefined;
  #served: ServedTexts | undefined;
  /** Of a server that listens. */
  #reached: ReachedService | undefined;
  #companionThere: RunningCompanion | undefined;
  #hosts: HostProbe | undefined;
  /** It keeps silent when it is asked the older way. */
  #isNewer = false;
  #speaksBoth: (() => Promise<boolean>) | undefined;
  readonly #ports: GatePorts & { readonly limits: GateTimeLimits };
  readonly #request: GateRequest;
  readonly #recorder: StepRecorder;
  readonly #signal: AbortSignal;
  readonly #held = new AsyncDisposableStack();

  constructor(ports: GatePorts & { readonly limits: GateTimeLimits }, request: GateRequest, recorder: StepRecorder, signal: AbortSignal) {
    this.#ports = ports;
    this.#request = request;
    this.#recorder = recorder;
    this.#signal = signal;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#held.disposeAsync();
  }

  async steps(): Promise<void> {
    const spec = await this.#companion();
    const server = spec && (await this.#connection(spec));
    if (spec !== undefined) this.#hosts = this.#watched(spec);
    const listed = server !== undefined && (await this.#capabilities(server));
    if (server === undefined || !listed) {
      this.#skipRest();
      return await this.#network();
    }
    // Beside the rest: another start of the server takes as long as the first.
    void this.#speaksBoth?.();
    this.#hosts?.start();
    await this.#calls(server);
    await this.#security(server);
    await this.#network();
    await this.#shutdown(server);
    await this.#era();
  }

  async #era(): Promise<void> {
    const asked = this.#speaksBoth;
    if (asked === undefined || this.proven === undefined) return;
    const answered = await within(this.#ports.clock, this.#ports.limits.era, this.#signal, asked);
    if (answered.kind === 'done' && answered.value) this.proven = { ...this.proven, era: 'dual' };
  }

  /** The settings to test with, or undefined when the companion did not come up. */
  async #companion(): Promise<ContainerSpec | undefined> {
    const { full, spec, package: offered, companionImage: image } = this.#request;
    const companion = offered?.tests.companion;
    if (companion === undefined) return spec;
    const title = `Companion ${companion.name}`;
    if (!full || image === undefined) {
      this.#recorder.skip('companion', title, full ? 'its image was not given' : USE_TEST, full);
      return spec;
    }
    const { engine, clock, limits } = this.#ports;
    let tested: ContainerSpec | undefined;
    await this.#recorder.run('companion', title, `Starting ${companion.name} for the tests`, async () => {
      const { result, running } = await startCompanion(engine, clock, { companion, image, spec, seconds: limits.companion }, this.#held, this.#signal);
      tested = running && besideCompanion(spec, companion, running);
      this.#companionThere = running;
      return result;
    });
    return tested;
  }

  async #connection(spec: ContainerSpec): Promise<OpenServer | undefined> {
    let server: OpenServer | undefined;
    await this.#recorder.run('connection', 'Connection test', 'Testing the connection', async () => {
      const { engine, connector } = this.#ports;
      const fresh = this.#request.service === undefined ? (signal: AbortSignal) => GateContainer.start(engine, lookingOnly(spec), signal) : () => this.#another();
      const probe = this.#held.use(new EraProbe(connector, fresh, this.#signal));
      const { result, opened } = await this.#open(spec, this.#request.roots, probe);
      server = opened;
      if (opened?.connection.era === 'legacy') this.#speaksBoth = () => probe.answer();
      return result;
    });
    return server;
  }

  async #open(spec: ContainerSpec, roots: readonly string[], probe?: EraProbe): Promise<{ readonly result: StepResult; readonly opened?: OpenServer }> {
    const { engine, connector, clock, limits } = this.#ports;
    const missing = standIns(spec, this.#request.package);
    const complete = { ...spec, environment: { ...spec.environment, ...missing } };
    // What a stand-in leads to does not answer, and a server may wait for it before it goes on.
    const seconds = Object.keys(missing).length === 0 ? limits.connection : limits.connection * 2;
    const container = this.#held.use(await GateContainer.start(engine, complete, this.#signal));
    const streams = await this.#streams(container, seconds);
    if ('outcome' in streams) return { result: streams };
    const era = this.#isNewer ? { era: 'modern' as const } : {};
    const tested = await testConnection({ engine, connector, clock, container, streams, request: this.#request, roots, seconds, ...era, ...(probe && { probe }) }, this.#signal);
    if (tested === 'newer') {
      this.#isNewer = true;
      await container[Symbol.asyncDispose]();
      return await this.#open(spec, roots);
    }
    const { result, connection } = tested;
    if (connection === undefined) return { result };
    return { result, opened: { container, connection: this.#held.use(connection), result } };
  }

  /** How it is spoken to: over its stdio, or through a front of its own. */
  async #streams(container: GateContainer, seconds: number): Promise<FreshServer['streams'] | StepResult> {
    const { service: access, name } = this.#request;
    if (access === undefined) return container.streams;
    container.streams.stdout.resume();
    const { engine, clock } = this.#ports;
    const reached = await reachService({ engine, clock, access, container, name, seconds }, this.#held, this.#signal);
    if (reached === 'ended') return { outcome: 'failed', ...(await diagnoseFailure(engine, clock, container, this.#request, ENDED, seconds, this.#signal)) };
    if ('outcome' in reached) return reached;
    this.#reached = reached;
    const channel = reached.connect();
    this.#held.defer(() => channel.end());
    return channelStreams(channel);
  }

  /** The service as another client finds it. */
  async #another(): Promise<FreshServer> {
    const channel = this.#reached?.connect();
    if (channel === undefined) throw new Error('no service was reached');
    return { streams: channelStreams(channel), [Symbol.asyncDispose]: () => channel.end() };
  }

  async #capabilities(server: OpenServer): Promise<boolean> {
    await this.#recorder.run('capabilities', 'Capability test', 'Listing what it offers', async () => {
      const { result, proven, served } = await testCapabilities(this.#asking(server, this.#ports.limits.capabilities), this.#signal);
      this.proven = proven && (this.#reached === undefined ? proven : { ...proven, service: this.#reached.address });
      this.#served = served;
      return result;
    });
    return this.proven !== undefined;
  }

  async #calls(server: OpenServer): Promise<void> {
    const { full, package: offered } = this.#request;
    const calls = offered?.tests.calls ?? [];
    if (!full || calls.length === 0) return this.#skipCalls(full ? 'the index has no calls for it' : USE_TEST, full);
    let tested: OpenServer | undefined;
    let failed = false;
    for (const call of calls) {
      if (failed) {
        this.#recorder.skip('calls', call.title, UNMET, false);
        continue;
      }
      const { outcome } = await this.#recorder.run('calls', call.title, `Running: ${call.title}`, async () => {
        if (tested === undefined) {
          const { result, opened } = await this.#serverForCalls(server);
          if (opened === undefined) return result;
          tested = opened;
        }
        return await testCall(this.#asking(tested, offered?.tests.timeout ?? 1), filledIn(call, this.#companionThere?.host), this.#signal);
      });
      failed = outcome === 'failed';
    }
  }

  /** The calls get a server of their own where the first one can reach what belongs to the user. */
  async #serverForCalls(server: OpenServer): Promise<{ readonly result: StepResult; readonly opened?: OpenServer }> {
    const { spec } = server.container;
    const paths = this.#request.package?.pathsAsArguments ?? false;
    if (!holdsUserData(spec) && !paths) return { result: server.result, opened: server };
    return await this.#open({ ...withoutUserData(spec, paths), name: `${spec.name}-calls` }, paths ? [TEST_FOLDER] : []);
  }

  async #security({ container }: OpenServer): Promise<void> {
    const { full, others = [] } = this.#request;
    const descriptions = this.#served === undefined ? UNREAD : descriptionResult(this.#served, others);
    if (!full) return await this.#descriptionsAlone(descriptions);
    const { engine, clock, scanners, limits } = this.#ports;
    await this.#recorder.run('security', 'Security checks', 'Checking its sandbox', () => testSecurity({ engine, clock, scanners, container, descriptions, limits }, this.#signal));
  }

  /** Descriptions cost nothing to read, and are what a model gets first: without the other checks they are looked at all the same. */
  async #descriptionsAlone(descriptions: StepResult): Promise<void> {
    if (descriptions.outcome === 'passed') return this.#recorder.skip('security', 'Security checks', USE_TEST, false);
    await this.#recorder.run('security', 'Description check', 'Reading its descriptions', async () => descriptions);
  }

  /** A start of the server where the hosts are seen that it asks for. */
  #watched(spec: ContainerSpec): HostProbe | undefined {
    const { engine, connector, clock, limits } = this.#ports;
    const { full, gateway, package: offered } = this.#request;
    if (!full || typeof gateway === 'string') return undefined;
    const paths = offered?.pathsAsArguments ?? false;
    const complete = { ...spec, environment: { ...spec.environment, ...standIns(spec, offered) } };
    const calls = (offered?.tests.calls ?? []).map((call) => filledIn(call, this.#companionThere?.host));
    return this.#held.use(new HostProbe({
      engine, connector, clock, gateway, calls, seconds: limits.network,
      spec: withoutProxies(withoutUserData(complete, paths)),
      roots: paths ? [TEST_FOLDER] : [],
      network: this.#companionThere === undefined ? { kind: 'none' } : { kind: 'named', name: this.#companionThere.network },
      ...(this.#isNewer && { era: 'modern' as const }),
      isService: this.#request.service !== undefined,
    }, this.#signal));
  }

  async #network(): Promise<void> {
    const { full, gateway, reach } = this.#request;
    const title = 'Network test';
    const probe = this.#hosts;
    if (probe === undefined) return this.#recorder.skip('network', title, full ? (typeof gateway === 'string' ? gateway : UNMET) : USE_TEST, full && typeof gateway === 'string');
    await this.#recorder.run('network', title, 'Watching which hosts it asks for', async () => {
      const names = await probe.names();
      if (typeof names === 'string') return { outcome: 'warned', reason: `its hosts were not watched: ${names}` };
      return triedHosts(names, reach, this.#companionThere === undefined ? [] : [this.#companionThere.host]);
    });
  }

  async #shutdown({ container, connection, result }: OpenServer): Promise<void> {
    const { engine, clock, limits } = this.#ports;
    await this.#recorder.run('shutdown', 'Shutdown test', 'Ending its input', async () => {
      const ended = this.#request.service === undefined
        ? await testShutdown(clock, container, connection, this.#request.memory, limits.shutdown, this.#signal) : await testStop(engine, clock, container, limits.shutdown, this.#signal);
      const later = result.outcome === 'passed' ? manners(connection, container) : result;
      if (later.outcome === result.outcome) return ended;
      const reason = [ended.reason, later.reason].filter((text) => text !== undefined).join('; ');
      return { ...ended, outcome: 'warned', reason };
    });
  }

  #skipRest(): void {
    for (const [step, title] of [['connection', 'Connection test'], ['capabilities', 'Capability test']] as const) {
      if (!this.#recorder.has(step)) this.#recorder.skip(step, title, UNMET, false);
    }
    this.#skipCalls(UNMET, false);
    this.#recorder.skip('security', 'Security checks', UNMET, false);
    this.#recorder.skip('shutdown', 'Shutdown test', UNMET, false);
  }

  #skipCalls(reason: string, said: boolean): void {
    const calls = this.#request.package?.tests.calls ?? [];
    const titles = calls.length === 0 ? ['Call test'] : calls.map(({ title }) => title);
    for (const title of titles) this.#recorder.skip('calls', title, reason, said);
  }

  #asking({ container, connection }: OpenServer, seconds: number): Asking {
    const { engine, clock } = this.#ports;
    return { engine, clock, container, connection, request: this.#request, seconds };
  }
}
