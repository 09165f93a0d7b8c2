const RUN = /(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{24,}={0,2}(?![A-Za-z0-9+/=])/g;

/** Sentences that a text holds in base64; keys and hashes are no sentences. */
export function encodedTexts(text: string): readonly string[] {
  return [...text.matchAll(RUN)].slice(0, 50).flatMap(([run]) => {
    const decoded = Buffer.from(run, 'base64').toString('utf8');
    return /^[\t\n\r\u0020-\u007E]{12,}$/.test(decoded) && decoded.trim().split(/\s+/).length >= 3 ? [decoded] : [];
  });
}
