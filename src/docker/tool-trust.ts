import { readFile } from 'node:fs/promises';
import { rootCertificates } from 'node:tls';
import type { ArchiveFile } from '../domain/container-engine.ts';

/** Below the tool's own folder. */
const FOLDER = '.cc-mcp';
const EXTRA = `/work/${FOLDER}/extra-ca.crt`;
const BUNDLE = `/work/${FOLDER}/ca-bundle.crt`;

export interface ToolTrust {
  readonly files: readonly ArchiveFile[];
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * What makes programs in a container trust what this machine trusts besides the public authorities. Most programs take one file
 * in place of their own list, so that one holds both; Node adds a file to its own.
 */
export async function toolTrust(extraBundle: string | undefined): Promise<ToolTrust> {
  if (extraBundle === undefined) return { files: [], environment: {} };
  const extra = await readFile(extraBundle, 'utf8');
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  return {
    files: [
      { path: `${FOLDER}/extra-ca.crt`, content: encode(extra) },
      { path: `${FOLDER}/ca-bundle.crt`, content: encode(`${extra.trimEnd()}\n${rootCertificates.join('\n')}\n`) },
    ],
    environment: {
      NODE_EXTRA_CA_CERTS: EXTRA,
      ...Object.fromEntries(['SSL_CERT_FILE', 'npm_config_cafile', 'PIP_CERT', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'GIT_SSL_CAINFO'].map((name) => [name, BUNDLE])),
    },
  };
}
