import { describe, expect, it } from 'vitest';
import type { ContainerSpec } from '../domain/container-engine.ts';
import type { Companion } from '../domain/package.ts';
import { besideCompanion, filledIn, holdsUserData, lookingOnly, standIns, withoutUserData } from './test-spec.ts';

const SPEC: ContainerSpec = {
  name: 'gate', image: 'sha256:1', command: ['--verbose', '/home/me/notes'], environment: { HOME: '/tmp' }, labels: {}, user: '1000:1001', mounts: [], tmpfs: { '/tmp': 'size=64m' },
  network: { kind: 'none' }, extraHosts: [], memoryBytes: 1, nanoCpus: 1, pids: 1, readOnlyRoot: true, capAdd: [], securityOptions: [], stdin: true, logDriver: 'none',
};
const GRANT = { kind: 'bind', source: '/home/me/notes', target: '/home/me/notes', readOnly: false } as const;
const STATE = { kind: 'volume', name: 'v', target: '/state', readOnly: false } as const;
const CA = { kind: 'bind', source: '/etc/ca.crt', target: '/run/cc-mcp/ca.crt', readOnly: true } as const;
const COMPANION: Companion = {
  name: 'db', image: 'db:1', user: '1:1', command: [], environment: {}, tmpfs: {}, memory: '64m', ready: ['true'], configuration: { URI: 'db://{host}/x' }, arguments: ['--host', '{host}'],
};

describe('beside a companion', () => {
  it('joins its network alone, and gets the values and arguments that lead to it', () => {
    const spec = besideCompanion({ ...SPEC, network: { kind: 'bridge' }, extraHosts: ['a:b'], environment: { URI: 'db://mine' } }, COMPANION, { network: 'net', host: 'gate-db' });
    expect(spec).toMatchObject({ network: { kind: 'named', name: 'net' }, extraHosts: [], environment: { URI: 'db://gate-db/x' }, command: [...SPEC.command, '--host', 'gate-db'] });
  });

  it('does not send its calls through a proxy', () => {
    const { environment } = besideCompanion({ ...SPEC, environment: { https_proxy: 'http://proxy', no_proxy: 'local' } }, COMPANION, { network: 'net', host: 'gate-db' });
    expect(environment).toMatchObject({ no_proxy: 'local,gate-db', NO_PROXY: 'gate-db' });
  });
});

describe('without the user\'s data', () => {
  it('has folders in memory in place of state, and none of what was granted', () => {
    const spec = withoutUserData({ ...SPEC, mounts: [GRANT, STATE, CA] }, true);
    expect(spec.mounts).toEqual([CA]);
    expect(spec.command).toEqual(['--verbose', '/gate-folder']);
    expect(spec.tmpfs).toEqual({ '/tmp': 'size=64m', '/state': expect.stringContaining('uid=1000,gid=1001'), '/gate-folder': expect.stringContaining('size=64m') });
    expect(holdsUserData(spec)).toBe(false);
  });

  it('keeps the arguments of a server that does not get its paths there', () => {
    expect(withoutUserData({ ...SPEC, mounts: [GRANT] }, false).command).toEqual(SPEC.command);
  });

  it.each([[[], false], [[CA], false], [[STATE], true], [[GRANT], true]])('%j holds it: %s', (mounts, holds) => {
    expect(holdsUserData({ ...SPEC, mounts })).toBe(holds);
  });
});

it('a start beside the real one has state in memory and cannot write to what was granted', () => {
  const spec = lookingOnly({ ...SPEC, mounts: [GRANT, STATE, CA] });
  expect(spec).toMatchObject({ name: 'gate-era', command: SPEC.command, mounts: [{ ...GRANT, readOnly: true }, CA], tmpfs: { '/state': expect.stringContaining('uid=1000,gid=1001') } });
});

describe('stand-ins', () => {
  const value = (name: string, part: object) => ({ name, description: '', required: true, secret: true, ...part });
  it('fill what is required and missing, from the example, else from the companion', () => {
    const configuration = [value('URI', {}), value('TOKEN', { example: 'ghp_x' }), value('GIVEN', { example: 'x' }), value('OPTIONAL', { required: false, example: 'x' }), value('UNKNOWN', {})];
    const offered = { configuration, tests: { companion: COMPANION, calls: [], timeout: 1 } };
    expect(standIns({ ...SPEC, environment: { GIVEN: 'mine' } }, offered)).toEqual({ URI: 'db://localhost/x', TOKEN: 'ghp_x' });
  });

  it('are none without a package', () => {
    expect(standIns(SPEC, undefined)).toEqual({});
  });
});

it('fills {folder} and {host} at every depth', () => {
  expect(filledIn({ path: '{folder}/a', list: ['{host}', { deep: 'http://{host}:1/{host}' }], number: 1, none: null }, 'db')).toEqual({
    path: '/gate-folder/a', list: ['db', { deep: 'http://db:1/db' }], number: 1, none: null,
  });
});
