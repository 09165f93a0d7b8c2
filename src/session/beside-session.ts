import { CcMcpError } from '../domain/errors.ts';
import type { PreparedServer, SessionPorts } from '../domain/session-ports.ts';
import { BOOST_MILLISECONDS } from './container-body.ts';
import type { CallLedger } from './call-ledger.ts';
import type { HeldContainer } from './held-container.ts';
import type { RunTiming } from './run-timing.ts';

/** What a session does beside carrying bytes: the next standby, its container's limit, its notes in `run/`. */
export class BesideSession {
  readonly #server: PreparedServer;
  readonly #held: HeldContainer;
  readonly #ports: SessionPorts;
  readonly #timing: RunTiming;
  readonly #ledger: CallLedger;
  #noted = '';
  readonly #over = new AbortController();
  #launched = false;
  #settled: boolean;

  constructor(server: PreparedServer, held: HeldContainer, ledger: CallLedger, ports: SessionPorts, timing: RunTiming) {
    this.#server = server;
    this.#held = held;
    this.#ports = ports;
    this.#timing = timing;
    this.#ledger = ledger;
    this.#settled = held.record.boostUntil === null || ports.run.isSettled(held.record.token);
    this.#after(BOOST_MILLISECONDS, () => this.#settle());
    this.#every(timing.heartbeat, () => ports.run.writeOwned('session', held.record));
    this.#every(timing.activity, () => this.#note());
  }

  firstAnswer(): void {
    this.#after(this.#timing.settle, () => this.#settle());
    if (this.#server.recipe.standby === 'safe') this.#after(this.#timing.replacement, () => this.launchKeeper());
  }

  /** Once a session; at its end at the latest, because the client may kill this process in the next moment. */
  launchKeeper(): void {
    const { standby, link } = this.#server.recipe;
    if (this.#launched || (standby === 'off' && link === undefined)) return;
    this.#launched = true;
    this.#ports.launchKeeper(this.#server, this.#held.record.token);
  }

  end(): void {
    this.#over.abort();
    spareDisk(() => this.#note());
  }

  #note(): void {
    const activity = this.#ledger.activity();
    const text = JSON.stringify(activity);
    if (text === this.#noted) return;
    this.#noted = text;
    this.#ports.run.writeActivity(this.#held.record, activity);
  }

  #settle(): void {
    if (this.#settled) return;
    this.#settled = true;
    const { engine, id, record } = this.#held;
    engine.update(id, { nanoCpus: record.nanoCpus }).then(
      () => this.#ports.run.markSettled(record.token),
      (error: unknown) => {
        // The container ended in between, or the engine is away: the overdue boost stands in the token for the next command.
        if (!(error instanceof CcMcpError)) throw error;
      },
    );
  }

  #after(milliseconds: number, work: () => void): void {
    this.#ports.clock.sleep(milliseconds, this.#over.signal).then(() => {
      if (!this.#over.signal.aborted) work();
    }, () => {});
  }

  #every(milliseconds: number, work: () => void): void {
    this.#after(milliseconds, () => {
      spareDisk(work);
      this.#every(milliseconds, work);
    });
  }
}

/** A note that cannot be written must not end a session: what it says is nice to know, and the next round tries again. */
function spareDisk(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof CcMcpError)) throw error;
  }
}
