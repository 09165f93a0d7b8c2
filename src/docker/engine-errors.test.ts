import { describe, expect, it } from 'vitest';
import { CcMcpError } from '../domain/errors.ts';
import { EngineSilence } from './deadline.ts';
import { EngineRefusal, engineError, statusOf } from './engine-errors.ts';
import { noEngine } from './no-engine.ts';

const UNIX = { kind: 'unix', path: '/var/run/docker.sock' } as const;
const TCP = { kind: 'tcp', host: '::1', port: 2376 } as const;
const ATTEMPTED = { action: 'start container abc' };

function coded(code: string, message = code): Error {
  return Object.assign(new Error(message), { code });
}

describe('engineError', () => {
  it('names the socket and what to type when it is not there, or nobody listens', () => {
    for (const code of ['ENOENT', 'ECONNREFUSED']) {
      expect(engineError(coded(code), ATTEMPTED, UNIX)).toMatchObject({
        code: 'ENGINE_UNREACHABLE', message: expect.stringContaining('unix:///var/run/docker.sock'), suggestions: [expect.stringContaining('systemctl start docker'), expect.any(String)],
      });
    }
  });

  it('names the group and a rootless engine where permission is missing, and never chmod', () => {
    const error = engineError(coded('EACCES'), ATTEMPTED, UNIX);
    expect(error).toMatchObject({ code: 'ENGINE_UNREACHABLE', suggestions: [expect.stringContaining('usermod -aG docker'), expect.stringContaining('rootless')] });
    expect(JSON.stringify(error)).not.toContain('chmod');
  });

  it('says that an engine is silent', () => {
    expect(engineError(new EngineSilence('no answer within 10 s'), ATTEMPTED, UNIX)).toMatchObject({ code: 'ENGINE_UNREACHABLE', message: expect.stringContaining('no answer within 10 s') });
  });

  it('takes every code of TLS for unreachable, and names what is wrong', () => {
    expect(engineError(coded('CERT_HAS_EXPIRED', 'certificate has expired'), ATTEMPTED, TCP)).toMatchObject({ code: 'ENGINE_UNREACHABLE', message: 'No container engine answers at tcp://[::1]:2376: certificate has expired' });
    expect(engineError(coded('ENOENT', "ENOENT: no such file, open '/x/ca.pem'"), ATTEMPTED, TCP)).toMatchObject({ message: expect.stringContaining('/x/ca.pem') });
  });

  it.each([[400, 'INVALID_VALUE'], [403, 'CONFLICT'], [404, 'CONFLICT'], [405, 'UNSUPPORTED'], [409, 'CONFLICT'], [500, 'ENGINE_FAILED']] as const)('turns status %i into %s', (status, code) => {
    expect(engineError(new EngineRefusal(status, 'because'), ATTEMPTED, UNIX)).toMatchObject({ code, message: 'Could not start container abc: because' });
  });

  it('knows what 404 means for a call', () => {
    expect(engineError(new EngineRefusal(404, 'x'), { action: 'create', missing: 'IMAGE_MISSING' }, UNIX)).toMatchObject({ code: 'IMAGE_MISSING' });
  });

  it('reads the answers that dockerode got', () => {
    const theirs = Object.assign(new Error('(HTTP code 409) unexpected - name in use '), { statusCode: 409, json: { message: 'name\u001b[31m in use' } });
    expect(statusOf(theirs)).toBe(409);
    expect(engineError(theirs, ATTEMPTED, UNIX)).toMatchObject({ code: 'CONFLICT', message: 'Could not start container abc: name in use' });
  });

  it('leaves ours, aborts and bugs what they are', () => {
    for (const error of [new CcMcpError('USAGE', 'x'), new DOMException('aborted', 'AbortError'), new TypeError('bug'), coded('ERR_ASSERTION')]) {
      expect(engineError(error, ATTEMPTED, UNIX)).toBe(error);
    }
  });
});

describe('noEngine', () => {
  it('suggests the group when the only engine may not be used', () => {
    const failure = noEngine([
      { strategy: 'Docker', outcome: 'failed', reason: 'you may not use this socket', address: UNIX },
      { strategy: 'Colima', outcome: 'failed', reason: 'the socket is not there', address: { kind: 'unix', path: '/c.sock' } },
    ]);
    expect(failure.message).toBe('No container engine answers: /var/run/docker.sock: you may not use this socket');
    expect(failure.suggestions[0]).toContain('usermod -aG docker');
  });
});

describe('a socket below a long HOME', () => {
  it('[M12] whose path no socket can have is unreachable, not a bug', () => {
    const failure = engineError(Object.assign(new Error('connect EINVAL'), { code: 'EINVAL' }), { action: 'ask' }, { kind: 'unix', path: `/${'a'.repeat(120)}` });
    expect(failure).toMatchObject({ code: 'ENGINE_UNREACHABLE', message: expect.stringContaining('too long') });
  });
});
