/** Takes known secret values out of text, in every spelling in which they leak. */
export interface Redactor {
  redact(text: string): string;
  /** A filter for chunked text that also finds a value split over chunks; `end()` gives what it held back. */
  stream(): { push(chunk: string): string; end(): string };
}

const MASK = '[redacted]';
/** Shorter values would mask ordinary words. */
const SHORTEST = 4;

export function createRedactor(secrets: Iterable<string>): Redactor {
  const spellings = [...new Set([...secrets].filter((value) => value.length >= SHORTEST).flatMap(spellingsOf))].sort((a, b) => b.length - a.length);
  const longest = spellings[0]?.length ?? 0;
  const redact = (text: string): string => {
    let result = text;
    for (const spelling of spellings) result = result.replaceAll(spelling, MASK);
    return result;
  };
  return {
    redact,
    stream() {
      let held = '';
      return {
        push(chunk) {
          const text = redact(held + chunk);
          // A value may begin in the last characters: hold back what could be its beginning, no more.
          let keep = 0;
          for (let length = Math.min(longest - 1, text.length); length > 0 && keep === 0; length -= 1) {
            const tail = text.slice(-length);
            if (spellings.some((spelling) => spelling.startsWith(tail))) keep = length;
          }
          held = keep === 0 ? '' : text.slice(-keep);
          return keep === 0 ? text : text.slice(0, -keep);
        },
        end() {
          const rest = redact(held);
          held = '';
          return rest;
        },
      };
    },
  };
}

/** The value itself and how it looks URL-encoded, JSON-escaped and in base64; of a URL with credentials also its password. */
function spellingsOf(value: string): string[] {
  const spellings = [value, encodeURIComponent(value.toWellFormed()), encodeURI(value.toWellFormed()), JSON.stringify(value).slice(1, -1),
    Buffer.from(value).toString('base64'), Buffer.from(value).toString('base64url')];
  const password = passwordOf(value);
  if (password !== undefined && password.length >= SHORTEST) spellings.push(password, decoded(password), encodeURIComponent(decoded(password).toWellFormed()));
  return spellings;
}

function passwordOf(value: string): string | undefined {
  return /^[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:([^\s@]+)@/i.exec(value)?.[1];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}
