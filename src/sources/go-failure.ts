import { sanitizeLine } from '../domain/sanitize.ts';
import { CERTIFICATE, NETWORK } from './diagnosis.ts';
import type { Diagnosis } from './diagnosis.ts';

/** What the output of the go command says of why it failed; undefined when it says nothing that we know. */
export function explainGoFailure(output: readonly string[]): Diagnosis | undefined {
  const text = output.map((line) => sanitizeLine(line.replaceAll('\t', ' '), 1000)).join('\n');
  for (const explain of RULES) {
    const diagnosis = explain(text);
    if (diagnosis !== undefined) return diagnosis;
  }
  return undefined;
}

const MODULE = '[A-Za-z0-9][A-Za-z0-9._~/-]*(?:@v[0-9][0-9A-Za-z.+-]*)?';

const RULES: readonly ((text: string) => Diagnosis | undefined)[] = [otherHash, notTidy, notLocked, newerGo, off, unauthorized, certificate, network, killed, needsC, doesNotCompile];

function otherHash(text: string): Diagnosis | undefined {
  const [, name, , origin = ''] = new RegExp(`verifying (${MODULE})(/go\\.mod)?: checksum mismatch\\n\\s*downloaded: .*\\n\\s*(\\S+):`).exec(text) ?? [];
  if (name === undefined) return undefined;
  const by = origin === 'go.sum' ? 'the lock' : `the checksum database ${origin}`;
  return { code: 'BUILD_FAILED', message: `The code of ${name} is not the one of ${by}`, suggestions: ['The module was changed, or something between changed it: do not install it'] };
}

function notTidy(text: string): Diagnosis | undefined {
  return /cc-mcp: go\.mod is not tidy|inconsistent vendoring/.test(text) ? { code: 'RESOLUTION_FAILED', message: 'go.mod does not name all that the program needs, or vendor has something else', suggestions: ['go mod tidy   in the folder, and go mod vendor where it has one'] } : undefined;
}

function notLocked(text: string): Diagnosis | undefined {
  const [, named] = new RegExp(`missing go\\.sum entry for module providing package (${MODULE})`).exec(text) ?? new RegExp(`(${MODULE}): missing go\\.sum entry`).exec(text) ?? [];
  const incomplete = named !== undefined || /updates to go\.mod needed|import lookup disabled by -mod=readonly/.test(text);
  return incomplete ? { code: 'BUILD_FAILED', message: `The lock does not hold all that the program needs${named === undefined ? '' : `: ${named}`}`, suggestions: ['Remove the server\'s lock entry and install anew'] } : undefined;
}

/** Go never downloads another toolchain here: that would be a compiler that nobody asked for. */
function newerGo(text: string): Diagnosis | undefined {
  const [, name, wanted = '', running = ''] = new RegExp(`(${MODULE}) requires go >= ([0-9][0-9a-z.]*) \\(running go ([0-9][0-9a-z.]*)`).exec(text) ?? [];
  if (name === undefined) return undefined;
  const minor = /^\d+\.\d+/.exec(wanted)?.[0] ?? wanted;
  return {
    code: 'RESOLUTION_FAILED', message: `${name} needs Go ${wanted}, and the base image has Go ${running}`,
    suggestions: [`Take a newer base: cc-mcp config set images.bases.go golang:${minor}`, 'or an older version of the package'],
  };
}

function off(text: string): Diagnosis | undefined {
  return /module lookup disabled by GOPROXY=off/.test(text) ? { code: 'SOURCE_UNREACHABLE', message: 'GOPROXY=off of your Go configuration forbids to ask for modules', suggestions: ['go env -u GOPROXY   or set it for this command'] } : undefined;
}

function unauthorized(text: string): Diagnosis | undefined {
  const [, host, status] = /reading https?:\/\/([^/\s]+)\S*: (401|407) /.exec(text) ?? [];
  return host === undefined ? undefined : { code: 'UNSUPPORTED', message: `${host} refuses us without credentials (HTTP ${status})`, suggestions: ['Private module proxies come with a later version'] };
}

function certificate(text: string): Diagnosis | undefined {
  if (/unrecognized import path/.test(text) || !/tls: failed to verify certificate|x509: /.test(text)) return undefined;
  return { ...CERTIFICATE, message: 'The Go module proxy shows a certificate that is not trusted here' };
}

function network(text: string): Diagnosis | undefined {
  const [, unable, answered] = /reading https?:\/\/([^/\s]+)\S*: ((?:5\d\d|429)\b)/.exec(text) ?? [];
  if (unable !== undefined) return { ...NETWORK, message: `${unable} does not answer: HTTP ${answered}` };
  // A module's own address is looked up last, and that it has none is no fault of the network.
  const failed = /(?:Get|Post|Head) "https?:\/\/([^/"]+)[^"?]*": (?:proxyconnect tcp: )?(.*)/.exec(text.split('\n').filter((line) => !/unrecognized import path|git ls-remote/.test(line)).join('\n'));
  if (failed === null) return undefined;
  const [, host = '', why = ''] = failed;
  const reason = /no such host|server misbehaving/.test(why) ? 'its name is not known' : /refused/.test(why) ? 'connection refused' : /timeout|deadline/i.test(why) ? 'no answer in time' : 'no connection';
  return { ...NETWORK, message: `${host} does not answer: ${reason}` };
}

function killed(text: string): Diagnosis | undefined {
  const name = /^(\S+): \S+\/compile: signal: killed/m.exec(text)?.[1];
  return name === undefined && !/signal: killed/.test(text) ? undefined : { code: 'BUILD_FAILED', message: `The compiler was ended${name === undefined ? '' : ` at ${name}`}, most likely for want of memory`, suggestions: ['Give the engine more memory'] };
}

function needsC(text: string): Diagnosis | undefined {
  const name = /(?:imports |package )?(\S+): build constraints exclude all Go files/.exec(text)?.[1] ?? /(?:package|imports) (\S+)[^\n]*: C source files not allowed/.exec(text)?.[1];
  return name === undefined ? undefined : { code: 'BUILD_FAILED', message: `${name} needs a C compiler, or another system: only programs in pure Go are built`, suggestions: ['Look whether the server has an image: docker:IMAGE'] };
}

function doesNotCompile(text: string): Diagnosis | undefined {
  const [, name, where, what] = /^# (\S+)\n(\S+\.go:\d+):(?:\d+:)? (.*)$/m.exec(text) ?? [];
  return name === undefined ? undefined : { code: 'BUILD_FAILED', message: `${name} does not compile: ${what} (${where?.split('/').at(-1)})`, suggestions: ['Try another version of the package'] };
}
