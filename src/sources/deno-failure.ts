import { sanitizeLine } from '../domain/sanitize.ts';
import { CERTIFICATE, NETWORK } from './diagnosis.ts';
import type { Diagnosis } from './diagnosis.ts';

/** What Deno's output says of why it failed; undefined: nothing that we know. */
export function explainDenoFailure(output: readonly string[]): Diagnosis | undefined {
  const text = output.map((line) => sanitizeLine(line, 1000)).join('\n');
  const [, missing] = /npm package '([^']+)' does not exist/.exec(text) ?? [];
  if (missing !== undefined) return { code: 'RESOLUTION_FAILED', message: `There is no npm package ${missing}`, suggestions: ['Look whether its name in deno.json is right'] };
  const [, name, version] = /Could not find npm package '([^']+)' matching '([^']+)'/.exec(text) ?? [];
  if (name !== undefined) return { code: 'RESOLUTION_FAILED', message: `The npm package ${name} has no version ${version ?? ''}`, suggestions: ['Name another version in deno.json'] };
  const [, changed] = /checksum did not match what was provided by npm registry for (\S+?)\.?(?:\n|$)/.exec(text) ?? /[Ii]ntegrity check failed[^\n]*?(\S+@\S+)/.exec(text) ?? [];
  if (changed !== undefined) return { code: 'BUILD_FAILED', message: `The code of ${changed} is not the one of the lock`, suggestions: ['The package was changed, or something between changed it: do not install it'] };
  if (/lockfile is out of date/.test(text)) return { code: 'BUILD_FAILED', message: 'The lock does not hold all that the project needs', suggestions: ['Remove the server\'s lock entry and install anew'] };
  const [, host] = /Requires import access to "([^"]+)"/.exec(text) ?? [];
  if (host !== undefined) return { code: 'RESOLUTION_FAILED', message: `It imports from an address at ${host}: only packages of npm and jsr can be locked`, suggestions: ['Name it in the imports of deno.json as npm:PACKAGE or jsr:@SCOPE/PACKAGE'] };
  const [, gone] = /Module not found "file:\/\/(?:\/work\/app|\/opt\/cc-mcp\/app)\/([^"]+)"/.exec(text) ?? [];
  if (gone !== undefined) return { code: 'RESOLUTION_FAILED', message: `It imports ${gone}, which is not in it`, suggestions: ['Look whether .dockerignore leaves it out'] };
  if (/invalid peer certificate|UnknownIssuer|certificate/i.test(text) && /error sending request/.test(text)) return { ...CERTIFICATE, message: 'The registry shows a certificate that is not trusted here' };
  const [, asked] = /error sending request for url \(https?:\/\/([^/)]+)/.exec(text) ?? /Import 'https?:\/\/([^/']+)[^']*' failed/.exec(text) ?? [];
  return asked === undefined ? undefined : { ...NETWORK, message: `${asked} does not answer` };
}
