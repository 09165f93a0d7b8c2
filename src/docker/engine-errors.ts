import type { EngineAddress } from '../domain/container-engine.ts';
import { CcMcpError, type ErrorCode } from '../domain/errors.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import { EngineSilence } from './deadline.ts';
import { addressText } from './engine-address.ts';
import { at, numberAt, textAt } from './json-fields.ts';

/** The engine answered, and not with what was asked for. */
export class EngineRefusal extends Error {
  override readonly name = 'EngineRefusal';
  readonly statusCode: number;

  constructor(statusCode: number, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

/** What was being done, for the message («Could not create container x: …»), and what 404 means for it. */
export interface Attempted {
  readonly action: string;
  readonly missing?: ErrorCode;
}

/** Every failure of a call to the engine, in our words. What it does not know is a bug, and stays what it is. */
export function engineError(error: unknown, attempted: Attempted, address: EngineAddress): unknown {
  if (error instanceof CcMcpError) return error;
  if (error instanceof EngineSilence) return unreachable(address, error.message, SILENT, error);
  const status = statusOf(error);
  if (status !== undefined) return refused(status, messageOf(error), attempted, error);
  const code = textAt(error, 'code');
  const words = address.kind === 'tcp' ? wordsForTcp(error, code) : UNREACHABLE.get(code);
  return words === undefined ? error : unreachable(address, words, suggestionsFor(code, address), error);
}

/** TLS has a hundred codes of its own, and a certificate's file may be missing: what the error says is the best there is. */
function wordsForTcp(error: unknown, code: string): string | undefined {
  if (code === '' || error instanceof TypeError || error instanceof RangeError) return undefined;
  const words = code === 'ENOENT' || code === 'EACCES' ? undefined : UNREACHABLE.get(code);
  return words ?? sanitizeLine(textAt(error, 'message'));
}

/** The status of an answer that was a refusal, whichever client got it. */
export function statusOf(error: unknown): number | undefined {
  if (error instanceof EngineRefusal) return error.statusCode;
  return error instanceof Error && typeof at(error, 'statusCode') === 'number' ? numberAt(error, 'statusCode') : undefined;
}

function messageOf(error: unknown): string {
  if (error instanceof EngineRefusal) return error.message;
  return textAt(error, 'json', 'message') || textAt(error, 'json', 'cause') || textAt(error, 'message');
}

function refused(status: number, message: string, attempted: Attempted, cause: unknown): CcMcpError {
  const text = `Could not ${attempted.action}: ${sanitizeLine(message) || `the engine answered ${status}`}`;
  return new CcMcpError(codeFor(status, attempted), text, { details: { engineStatus: status }, cause });
}

function codeFor(status: number, attempted: Attempted): ErrorCode {
  switch (status) {
    case 400:
      return 'INVALID_VALUE';
    case 404:
      return attempted.missing ?? 'CONFLICT';
    case 403:
    case 409:
      return 'CONFLICT';
    case 405:
    case 501:
      return 'UNSUPPORTED';
    default:
      return 'ENGINE_FAILED';
  }
}

function unreachable(address: EngineAddress, words: string, suggestions: readonly string[], cause: unknown): CcMcpError {
  const text = addressText(address);
  return new CcMcpError('ENGINE_UNREACHABLE', `No container engine answers at ${text}: ${words}`, { suggestions, details: { engine: text, reason: words }, cause });
}

export const NOT_THERE = 'the socket is not there';
export const NOT_ALLOWED = 'you may not use this socket';

const UNREACHABLE: ReadonlyMap<string, string> = new Map([
  ['ENOENT', NOT_THERE],
  ['ENOTSOCK', 'this is not a socket'],
  ['ECONNREFUSED', 'nothing listens there'],
  // A socket's path has 107 bytes at most: below a long HOME the usual ones cannot be asked.
  ['EINVAL', 'its path is too long for a socket'],
  ['EACCES', NOT_ALLOWED],
  ['EPERM', NOT_ALLOWED],
  ['ECONNRESET', 'it ended the connection'],
  ['EPIPE', 'it ended the connection'],
  ['ETIMEDOUT', 'the connection timed out'],
  ['EHOSTUNREACH', 'the host is unreachable'],
  ['ENETUNREACH', 'the network is unreachable'],
  ['ENOTFOUND', 'there is no host of this name'],
  ['EAI_AGAIN', 'the name of the host cannot be resolved'],
  ['EPROTO', 'it does not speak TLS as expected'],
  ['HPE_INVALID_CONSTANT', 'what answers is not an engine'],
]);

const DOCTOR = 'cc-mcp doctor shows every place that was tried';
const SILENT = ['Restart the engine: sudo systemctl restart docker, or restart Docker Desktop', DOCTOR];

/** Never a wider mode for the socket: who may use it is root on this machine. */
export const NO_PERMISSION = ['sudo usermod -aG docker "$USER", then log in again', 'or install a rootless engine: dockerd-rootless-setuptool.sh install'];

export function suggestionsFor(code: string, address: EngineAddress): readonly string[] {
  if (address.kind === 'tcp') return ['Check host, port and certificates of the engine, and that it runs', DOCTOR];
  if (code === 'EACCES' || code === 'EPERM') return NO_PERMISSION;
  return ['Start the engine: sudo systemctl start docker, or start Docker Desktop, Colima, OrbStack or podman.socket', DOCTOR];
}
