import { valid } from 'semver';
import { sanitizeLine } from '../domain/sanitize.ts';
import { CERTIFICATE, NETWORK } from './diagnosis.ts';
import type { Diagnosis } from './diagnosis.ts';
import { refusedBy } from './npm-credentials.ts';
import type { NpmRegistries } from './npm-credentials.ts';

export interface NpmFailureContext {
  readonly package: string;
  readonly version: string;
}

const NONE: NpmRegistries = { registry: undefined, scopes: {}, credentials: [] };

/** What npm's output says of why it failed; undefined when it says nothing that we know. */
export function explainNpmFailure(output: readonly string[], context?: NpmFailureContext, registries: NpmRegistries = NONE): Diagnosis | undefined {
  const said = output.flatMap((line) => /\bnpm (?:error|ERR!) ?(.*)$/.exec(line)?.[1] ?? []).map((line) => sanitizeLine(line, 300));
  const code = said.flatMap((line) => /^code (\S+)$/.exec(line)?.[1] ?? []).at(-1);
  if (code === undefined) return undefined;
  const rule = RULES.find(({ codes }) => codes.test(code));
  const text = said.join('\n');
  return rule?.explain(text, context, registries) ?? { code: 'RESOLUTION_FAILED', message: `npm failed with ${code}: ${said.find((line) => !line.startsWith('code ')) ?? 'no reason given'}`, suggestions: [] };
}

interface Rule {
  readonly codes: RegExp;
  readonly explain: (text: string, context: NpmFailureContext | undefined, registries: NpmRegistries) => Diagnosis | undefined;
}

const RULES: readonly Rule[] = [
  { codes: /^ETARGET$/, explain: missingVersion },
  { codes: /^E404$/, explain: missingPackage },
  { codes: /^E40[13]$|^ENEEDAUTH$/, explain: refused },
  { codes: /CERT|SIGNATURE|SSL|^ERR_TLS/, explain: () => ({ ...CERTIFICATE, message: 'The npm registry shows a certificate that is not trusted here' }) },
  { codes: /^E(?:5\d\d|429|408)$|^ECONN|^ENOTFOUND$|^EAI_AGAIN$|TIMEDOUT|TIMEOUT|^EPIPE$|^ENETUNREACH$|^EHOSTUNREACH$/, explain: (text) => ({ ...NETWORK, message: `The npm registry does not answer: ${networkReason(text)}` }) },
  { codes: /^EOVERRIDE$/, explain: (text) => ({ code: 'INVALID_VALUE', message: `An override changes the package itself: ${firstMatch(text, /Override for (\S+)/) ?? ''}`, suggestions: ['Name another version of the package in the reference instead'] }) },
  { codes: /^ERESOLVE$/, explain: conflict },
  { codes: /^EINTEGRITY$/, explain: (text) => ({ code: 'BUILD_FAILED', message: `An archive is not the one of the lock: ${firstMatch(text, /^(.*integrity checksum failed.*)$/m) ?? 'its hash differs'}`, suggestions: ['The registry changed it, or something between changed it: do not install it'] }) },
  { codes: /^EBADPLATFORM$/, explain: (text) => ({ code: 'RESOLUTION_FAILED', message: `${firstMatch(text, /Unsupported platform for (\S+?):/) ?? 'A dependency'} does not run on Linux of this architecture`, suggestions: [] }) },
  { codes: /^EUNSUPPORTEDPROTOCOL$/, explain: (text) => ({ code: 'RESOLUTION_FAILED', message: `A dependency was published with an address that only its authors have: ${firstMatch(text, /Unsupported URL Type (.+)$/m) ?? ''}`, suggestions: [OVERRIDE] }) },
  { codes: /^ENOENT$/, explain: (text) => (/spawn git/.test(text) ? { code: 'RESOLUTION_FAILED', message: 'A dependency comes from a git repository: only packages of the registry can be locked', suggestions: [OVERRIDE] } : undefined) },
];

const OVERRIDE = 'Give a version of the registry instead with --override NAME@RANGE';

function missingVersion(text: string, context: NpmFailureContext | undefined): Diagnosis {
  const [name, range] = specOf(firstMatch(text, /No matching version found for (.+?)(?: with a date before .*?)?\.?$/m) ?? '');
  if (name === context?.package && range === context.version) return { code: 'VERSION_NOT_FOUND', message: `npm:${name} has no version ${range}`, suggestions: [`npm:${name}`] };
  return {
    code: 'RESOLUTION_FAILED', message: `${name}@${range}, wanted by ${dependent(context)}, does not exist`,
    suggestions: [`Try another version of it: --override '${name}@${valid(range) === null ? 'latest' : `>=${range}`}'`],
  };
}

function refused(text: string, _context: NpmFailureContext | undefined, registries: NpmRegistries): Diagnosis {
  const [, status = '401', address] = /(?:^|\D)(40[13])\b[^\n]* - GET (https?:\/\/\S+)/.exec(text) ?? [];
  if (address === undefined || !URL.canParse(address)) return { code: 'SOURCE_UNREACHABLE', message: `The npm registry wants credentials for ${requested(text)}`, suggestions: ['npm login'] };
  const known = [...Object.values(registries.scopes), ...(registries.registry === undefined ? [] : [registries.registry])].find((registry) => address.startsWith(registry));
  return refusedBy(known ?? new URL('/', address).href, `npm:${requested(text)}`, status, registries);
}

function missingPackage(text: string, context: NpmFailureContext | undefined): Diagnosis {
  const spec = firstMatch(text, /'([^']+)' (?:could not be found|is not in)/) ?? requested(text);
  const [name, range] = specOf(spec);
  if (name === context?.package) return { code: 'PACKAGE_NOT_FOUND', message: `There is no npm package ${name}`, suggestions: [`cc-mcp search ${name.split('/').at(-1)}`] };
  if (/^(?:https?|git)/.test(range)) return { code: 'RESOLUTION_FAILED', message: `${name}, wanted by ${dependent(context)}, comes from an address that is gone: ${range}`, suggestions: [OVERRIDE] };
  return { code: 'RESOLUTION_FAILED', message: `${spec}, wanted by ${dependent(context)}, is not in the registry`, suggestions: ['Try an older version of the package'] };
}

function conflict(text: string, context: NpmFailureContext | undefined): Diagnosis {
  const peer = firstMatch(text, /peer (\S+@".*?" from \S+)/) ?? firstMatch(text, /Could not resolve dependency:\n(.+)/);
  const name = peer === undefined ? undefined : /^(@?[^@]+)@/.exec(peer)?.[1];
  return {
    code: 'RESOLUTION_FAILED', message: `Dependencies of ${context === undefined ? 'the package' : `${context.package} ${context.version}`} contradict each other${peer === undefined ? '' : `: ${peer.replaceAll('"', '')} cannot be had`}`,
    suggestions: [`Choose one version of it: --override '${name ?? 'NAME'}@RANGE'`],
  };
}

function dependent(context: NpmFailureContext | undefined): string {
  return context === undefined ? 'a dependency' : `a dependency of ${context.package} ${context.version}`;
}

function specOf(spec: string): [name: string, range: string] {
  const at = spec.indexOf('@', 1);
  return at < 0 ? [spec, ''] : [spec.slice(0, at), spec.slice(at + 1)];
}

function requested(text: string): string {
  return (firstMatch(text, /- GET https?:\/\/[^/\s]+\/(\S+)/) ?? 'a package').replaceAll(/%2f/gi, '/');
}

function networkReason(text: string): string {
  return firstMatch(text, /reason: (.+)$/m) ?? firstMatch(text, /^(\d{3} [A-Za-z ]+) - GET/m) ?? firstMatch(text, /^code (\S+)$/m) ?? 'no reason given';
}

function firstMatch(text: string, pattern: RegExp): string | undefined {
  return pattern.exec(text)?.[1];
}
