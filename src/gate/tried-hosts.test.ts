import { describe, expect, it } from 'vitest';
import type { GateRequest } from './gate-request.ts';
import { triedHosts } from './tried-hosts.ts';

type Reach = GateRequest['reach'];
const of = (names: readonly string[], reach: Reach) => {
  const { outcome, reason } = triedHosts(names, reach, ['companion']);
  return `${outcome}: ${reason}`;
};

describe('what a server tried, against what is asked for and granted', () => {
  it.each<[string, readonly string[], Reach, string]>([
    ['nothing is nothing', [], { granted: 'everything', asked: 'full' }, 'passed: it asks for no host'],
    ['what is its own machine is nobody else', ['localhost', 'x.localhost', 'host.docker.internal', '4.3.2.1.in-addr.arpa', 'companion', 'gateway.cc-mcp.internal'], { granted: 'nothing' }, 'passed: it asks for no host'],
    ['without a grant and an index', ['a.com'], { granted: 'nothing' }, 'warned: it tried a.com: not granted'],
    ['without a grant, asked for', ['a.com'], { granted: 'nothing', asked: ['a.com:443'] }, 'warned: it tried a.com, which its package asks for: not granted'],
    ['without a grant, not asked for', ['a.com'], { granted: 'nothing', asked: 'none' }, 'warned: it tried a.com: not granted, and its package does not ask for it'],
    ['without a grant, one of them asked for', ['a.com', 'b.com'], { granted: 'nothing', asked: ['a.com'] }, 'warned: it tried a.com, b.com: not granted, and its package does not ask for b.com'],
    ['granted and asked for', ['a.com'], { granted: 'everything', asked: 'full' }, 'passed: it tried a.com: granted'],
    ['granted, and no index knows it', ['a.com'], { granted: 'everything' }, 'passed: it tried a.com: granted'],
    ['granted, below a name that is asked for', ['x.y.a.com', 'a.com', 'ba.com'], { granted: 'everything', asked: ['*.A.com'] }, 'warned: it tried a.com, ba.com, which its package does not ask for and your grant allows'],
    ['granted, not asked for', ['a.com', 'b.com'], { granted: 'everything', asked: ['a.com'] }, 'warned: it tried b.com, which its package does not ask for and your grant allows'],
    ['in a network of the engine', ['db'], { granted: 'network', asked: 'none' }, 'passed: it tried db'],
    ['more than a line holds', ['a', 'b', 'c', 'd', 'e', 'f', 'g'], { granted: 'nothing' }, 'warned: it tried a, b, c, d, e and 2 more: not granted'],
  ])('%s', (_, names, reach, expected) => {
    expect(of(names, reach)).toBe(expected);
  });

  it('has each host with both truths', () => {
    expect(triedHosts(['a.com', 'b.com'], { granted: 'nothing', asked: ['a.com'] }, []).hosts).toEqual([{ host: 'a.com', asked: true, granted: false }, { host: 'b.com', asked: false, granted: false }]);
    expect(triedHosts(['a.com'], { granted: 'everything' }, []).hosts).toEqual([{ host: 'a.com', asked: null, granted: true }]);
  });
});
