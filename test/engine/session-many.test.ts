import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContainerId } from '../../src/domain/container-engine.ts';
import type { SessionRecipe } from '../../src/domain/effective-plan.ts';
import { ensureStandby } from '../../src/session/ensure-standby.ts';
import { keepWithinBudget } from '../../src/session/keep-within-budget.ts';
import { prepareServer } from '../../src/session/prepare-server.ts';
import { createRecipeSource } from '../../src/store/recipe-source.ts';
import { eventually, RunClient } from '../support/run-client.ts';
import { engine, SessionHome } from '../support/session-home.ts';
import { type SessionProgram, sessionProgram } from '../support/session-program.ts';
import { tinyServer } from '../support/tiny-server.ts';

const SERVERS = 50;
/** How many standbys of these servers the budget holds. */
const ROOM = 8;

describe('[N11] fifty enabled servers', () => {
  let program: SessionProgram;
  let home: SessionHome;
  let budget = 0;
  const recipes: SessionRecipe[] = [];
  beforeAll(async () => {
    program = await sessionProgram();
    home = await SessionHome.create();
    for (let index = 0; index < SERVERS; index += 1) {
      const recipe = await home.recipeFor(tinyServer({ megabytes: 4 }), { name: `server-${index}` });
      await home.writeRecipe(recipe);
      recipes.push(recipe);
    }
  });
  afterAll(async () => {
    await home[Symbol.asyncDispose]();
    await program[Symbol.asyncDispose]();
  });

  /** What `enable` does for the standby, of two servers at a time. */
  const enable = async (from: number, to: number): Promise<void> => {
    const ports = home.ports();
    for (let index = from; index < to; index += 2) {
      await Promise.all(recipes.slice(index, Math.min(index + 2, to)).map((recipe) => ensureStandby(prepareServer(recipe, {}, createRecipeSource(home.ccMcpHome), ports.run.homeKey()), ports)));
      await keepWithinBudget(ports);
    }
  };
  const waiting = () => home.ports().run.ready().flatMap((name) => home.ports().run.readReady(name) ?? []);
  const used = async (): Promise<number> => {
    const figures = await Promise.all(waiting().map(({ containerId }) => engine.usage(containerId as ContainerId)));
    return figures.reduce((sum, usage) => sum + (usage?.memoryBytes ?? 0), 0);
  };
  const launch = (name: string): RunClient => new RunClient({ bin: program.bin, home: home.folder, words: [name], env: { CC_MCP_REPLACEMENT_DELAY: '100' } });
  /** Every container is a standby that waits, and nobody is at work. */
  const settled = (): Promise<true> => eventually('nothing but settled standbys', async () => {
    const [standbys, marks, containers] = [await home.tokens('standby'), await home.tokens('settled'), await home.containers()];
    return containers.length === standbys.length && (await home.tokens('starting')).length === 0 && standbys.every((name) => marks.some((mark) => name.endsWith(mark)));
  }, 60_000);

  it('have as many standbys as the budget holds: those that were used last', async () => {
    await enable(0, 1);
    budget = Math.round((await used()) * (ROOM + 0.5));
    home.ports().run.writeBudget(budget);
    await enable(1, 44);
    expect(waiting().map(({ server }) => server)).not.toContain('server-0');

    // Let go, it still answers, and counts as used again.
    const client = launch('server-0');
    await client.connect();
    expect(await client.leave()).toBe(0);
    await eventually('a standby of the one that was used', async () => waiting().some(({ server }) => server === 'server-0'), 60_000);
    await settled();
    await enable(44, SERVERS);
    const last = waiting().map(({ server }) => server);
    expect(last).toEqual(expect.arrayContaining(['server-0', ...recipes.slice(44).map(({ server }) => server)]));
    expect(last.every((server) => server === 'server-0' || Number(server.slice('server-'.length)) > SERVERS - ROOM - 2)).toBe(true);
    expect(await used()).toBeLessThanOrEqual(budget);
    expect((await home.containers()).map(({ id }) => id).toSorted()).toEqual(waiting().map(({ containerId }) => containerId ?? '').toSorted());
  });

  it('after a reboot let ten clients through that start together, and load two standbys at a time', async () => {
    // What a machine that goes down leaves: the tokens, and containers that do not run.
    for (const { id } of await home.containers()) await engine.kill(id);
    const clients = Array.from({ length: 10 }, (_, index) => launch(`server-${SERVERS - 1 - index * 2}`));
    let most = 0;
    const watching = setInterval(() => void loading(home).then((count) => {
      most = Math.max(most, count);
    }), 20);
    try {
      await Promise.all(clients.map((client) => client.connect()));
      const instances = await Promise.all(clients.map(async (client) => (await client.call('who')).result.content[0].text as string));
      expect(new Set(instances).size).toBe(10);
      expect(await Promise.all(clients.map((client) => client.leave()))).toEqual(Array(10).fill(0));
      await settled();
    } finally {
      clearInterval(watching);
      await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
    }
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(2);
    expect(waiting().length).toBeGreaterThan(0);
    expect(await used()).toBeLessThanOrEqual(budget);
    for (const { containerId } of waiting()) expect((await engine.state(containerId as ContainerId))?.status).toBe('running');
  });
});

/** Standbys that have not settled. In this order: a token goes from the first folder to the second, and its mark comes last. */
async function loading(home: SessionHome): Promise<number> {
  const names = [...(await home.tokens('loading')), ...(await home.tokens('standby'))];
  const marks = new Set(await home.tokens('settled'));
  return new Set(names.map((name) => name.split('.')[2] ?? '').filter((token) => !marks.has(token))).size;
}
