/** An element as a strict reader of XML 1.0 sees it. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: '\'' };
const NAME = String.raw`[A-Za-z_:][\w:.-]*`;

/** Parses a document without DTD, comments and CDATA; throws where it is not well-formed. */
export function parseXml(document: string): XmlElement {
  const forbidden = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u.exec(document);
  if (forbidden !== null) throw new Error(`a character that XML does not have, at ${forbidden.index}`);
  const declaration = /^<\?xml version="1\.0" encoding="UTF-8"\?>\s*/.exec(document);
  if (declaration === null) throw new Error('no XML declaration');
  const [root, end] = element(document, declaration[0].length);
  if (document.slice(end).trim() !== '') throw new Error(`text behind the root: ${document.slice(end, end + 40)}`);
  return root;
}

function element(document: string, from: number): readonly [XmlElement, number] {
  const opening = new RegExp(`<(${NAME})((?:\\s+${NAME}="[^"<]*")*)\\s*(/?)>`, 'y');
  opening.lastIndex = from;
  const [all, name = '', written = '', empty] = opening.exec(document) ?? fail(document, from);
  const attributes: Record<string, string> = {};
  for (const [, key = '', value = ''] of written.matchAll(new RegExp(`(${NAME})="([^"]*)"`, 'g'))) {
    if (key in attributes) throw new Error(`${key} stands twice in ${name}`);
    attributes[key] = plain(value);
  }
  let at = from + all.length;
  if (empty === '/') return [{ name, attributes, children: [], text: '' }, at];
  const children: XmlElement[] = [];
  let text = '';
  for (;;) {
    const next = document.indexOf('<', at);
    if (next === -1) throw new Error(`${name} does not end`);
    text += plain(document.slice(at, next));
    if (document.startsWith('</', next)) {
      const closing = `</${name}>`;
      if (!document.startsWith(closing, next)) fail(document, next);
      return [{ name, attributes, children, text }, next + closing.length];
    }
    const [child, end] = element(document, next);
    children.push(child);
    at = end;
  }
}

function plain(text: string): string {
  if (text.includes(']]>')) throw new Error('«]]>» in text');
  return text.replaceAll(/&([^;&]*);?/g, (reference, name: string) => {
    const character = reference.endsWith(';') ? ENTITIES[name] : undefined;
    if (character === undefined) throw new Error(`not an entity: ${reference}`);
    return character;
  });
}

function fail(document: string, at: number): never {
  throw new Error(`not well-formed: ${document.slice(at, at + 60)}`);
}
