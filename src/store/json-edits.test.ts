import { describe, expect, it } from 'vitest';
import { isFault, readJson, valueOf, type JsonDocument } from './json-document.ts';
import { encodeJson, RawJson, removeProperty, setProperty } from './json-edits.ts';

const FILE = { path: '/x/mcp.json', code: 'MANIFEST_INVALID' } as const;

describe('setting a property', () => {
  it.each([
    ['an empty file of ours', '{\n  "s": {}\n}\n', '{\n  "s": {\n    "n": {\n      "a": [\n        1\n      ]\n    }\n  }\n}\n'],
    ['tabs', '{\n\t"s": {\n\t\t"o": {}\n\t}\n}', '{\n\t"s": {\n\t\t"o": {},\n\t\t"n": {\n\t\t\t"a": [\n\t\t\t\t1\n\t\t\t]\n\t\t}\n\t}\n}'],
    ['four spaces, and CRLF', '{\r\n    "s": {\r\n        "o": 1\r\n    }\r\n}\r\n', '{\r\n    "s": {\r\n        "o": 1,\r\n        "n": {\r\n            "a": [\r\n                1\r\n            ]\r\n        }\r\n    }\r\n}\r\n'],
    ['a comment behind the last entry', '{\n  "s": {\n    "o": 1 // mine\n  }\n}', '{\n  "s": {\n    "o": 1, // mine\n    "n": {\n      "a": [\n        1\n      ]\n    }\n  }\n}'],
    ['a trailing comma', '{\n  "s": {\n    "o": 1, // mine\n  },\n}', '{\n  "s": {\n    "o": 1, // mine\n    "n": {\n      "a": [\n        1\n      ]\n    },\n  },\n}'],
    ['a comment in an empty object', '{\n  "s": {\n    // none yet\n  }\n}', '{\n  "s": {\n    // none yet\n    "n": {\n      "a": [\n        1\n      ]\n    }\n  }\n}'],
    ['one line without spaces', '{"s":{"o":1}}', '{"s":{"o":1,"n":{"a":[1]}}}'],
    ['one line with spaces', '{ "s": { "o": 1 } }', '{ "s": { "o": 1, "n": { "a": [1] } } }'],
    ['no object to put it in', '{\n  "o": 1\n}', '{\n  "o": 1,\n  "s": {\n    "n": {\n      "a": [\n        1\n      ]\n    }\n  }\n}'],
  ])('follows the layout: %s', (_, before, after) => {
    const document = parse(before);
    const set = setProperty(document, ['s', 'n'], { a: [1] }, FILE);
    expect(set.text).toBe(after);
    const removed = removeProperty(set, ['s', 'n']).text;
    expect(removed).toBe(before.includes('"s"') ? before : '{\n  "o": 1,\n  "s": {}\n}');
  });

  it('replaces a value and nothing around it', () => {
    const text = '{ // top\n "s" : /* why */ [1,\n2] , "t":0 }';
    expect(setProperty(parse(text), ['s'], true, FILE).text).toBe('{ // top\n "s" : /* why */ true , "t":0 }');
  });

  it.each([
    ['within a line with spaces', '{\n  "s": { "a": ["x"], "b": 1 }\n}', '{\n  "s": { "a": ["y", { "z": 1 }], "b": 1 }\n}'],
    ['within a line without spaces', '{"s":{"a":["x"],"b":1}}', '{"s":{"a":["y",{"z":1}],"b":1}}'],
    ['over several lines, which begin within a line', '{ "s": { "a": [\n  "x"\n] } }', '{ "s": { "a": [\n  "y",\n  {\n    "z": 1\n  }\n] } }'],
    ['on a line of its own', '{\n  "s": {\n    "a": ["x"]\n  }\n}', '{\n  "s": {\n    "a": [\n      "y",\n      {\n        "z": 1\n      }\n    ]\n  }\n}'],
  ])('replaces a list as the old one stood: %s', (_, before, after) => {
    expect(setProperty(parse(before), ['s', 'a'], ['y', { z: 1 }], FILE).text).toBe(after);
  });

  it('puts text in as it is, and knows it from data', () => {
    expect(setProperty(parse('{"s":1}'), ['s'], new RawJson('{ "a":1 /* x */ }'), FILE).text).toBe('{"s":{ "a":1 /* x */ }}');
    expect(setProperty(parse('{"s":1}'), ['s'], { text: '{}' }, FILE).text).toBe('{"s":{"text":"{}"}}');
  });

  it('refuses to walk through something that is no object, with line and column', () => {
    expect(() => setProperty(parse('{\n  "s": [1]\n}'), ['s', 'n'], 1, FILE)).toThrow(expect.objectContaining({ code: 'MANIFEST_INVALID', message: '/x/mcp.json, line 2, column 8: s is not an object' }));
  });

  it('changes the last of equal keys, which is the one that counts', () => {
    expect(setProperty(parse('{"s":1,"s":2}'), ['s'], 3, FILE).text).toBe('{"s":1,"s":3}');
  });

  it('keeps a byte order mark', () => {
    const document = parse('\uFEFF{"s":1}');
    expect(Buffer.from(encodeJson(setProperty(document, ['s'], 2, FILE))).toString('hex')).toBe(Buffer.from('\uFEFF{"s":2}').toString('hex'));
  });
});

describe('removing a property', () => {
  it.each([
    ['{"a":1,"b":2,"c":3}', '{"a":1,"c":3}'],
    ['{"b":2,"c":3}', '{"c":3}'],
    ['{ "a": 1, "b": 2 }', '{ "a": 1 }'],
    ['{\n  "a": 1,\n  // of b, perhaps\n  "b": 2, // of b\n  "c": 3\n}', '{\n  "a": 1,\n  // of b, perhaps\n  "c": 3\n}'],
    ['{\n  "a": 1, // of a\n  "b": 2 // of b\n  // the end\n}', '{\n  "a": 1 // of a\n  // the end\n}'],
    ['{\n  "a": 1, // of a\n  "b": 2, "c": 3\n}', '{\n  "a": 1, // of a\n   "c": 3\n}'],
    ['{\n  "a": 1, // of a\n  "b": 2 }', '{\n  "a": 1 // of a\n   }'],
    ['{\n  "a": 1\n  , "b": 2\n}', '{\n  "a": 1\n\n}'],
    ['{"b": 1, "b": 2, "a": 3}', '{ "a": 3}'],
    ['{ /* none */ "b": 1 }', '{ /* none */ }'],
  ])('%s', (before, after) => {
    const result = removeProperty(parse(before), ['b']);
    expect(result.text.replaceAll(/[ \t]+(?=\n)/g, '')).toBe(after);
  });

  it('of what is not there changes nothing', () => {
    expect(removeProperty(parse('{"a":[1]}'), ['a', 'b']).text).toBe('{"a":[1]}');
  });
});

describe('any document', () => {
  it('is the same again after adding and removing, means what it should in between, and keeps every comment', () => {
    for (let seed = 1; seed <= 3000; seed += 1) {
      const random = generator(seed);
      const text = randomDocument(random);
      const document = parse(text);
      const path = random() < 0.5 ? ['new'] : ['s', 'new'];
      const value = random() < 0.3 ? 7 : { command: 'x', args: ['run', 'new'], env: {} };
      const set = setProperty(document, path, value, FILE);
      expect(valueOf(set.root), text).toEqual(withValue(valueOf(document.root) as Record<string, unknown>, path, value));
      expect(commentsOf(set.text), text).toEqual(commentsOf(text));
      expect(removeProperty(set, path).text, `${text}\n---\n${set.text}`).toBe(text);
    }
  });

  it('loses exactly the property that is removed from it', () => {
    for (let seed = 1; seed <= 3000; seed += 1) {
      const text = randomDocument(generator(seed));
      const document = parse(text);
      const plain = valueOf(document.root) as Record<string, unknown>;
      for (const key of Object.keys(plain)) {
        const { [key]: _, ...rest } = plain;
        expect(valueOf(removeProperty(document, [key]).root), text).toEqual(rest);
      }
    }
  });
});

function parse(text: string): JsonDocument {
  const read = readJson(Buffer.from(text));
  if (isFault(read)) throw new Error(`${read.message}: ${text}`);
  return read;
}

function withValue(root: Record<string, unknown>, path: readonly string[], value: unknown): unknown {
  const [first = '', ...rest] = path;
  return { ...root, [first]: rest.length === 0 ? value : withValue((root[first] ?? {}) as Record<string, unknown>, rest, value) };
}

function commentsOf(text: string): string[] {
  return text.match(/\/\/ c\d+|\/\* c\d+ \*\//g) ?? [];
}

/** Objects laid out in every way that people do, without blank-only ones, which nobody can give back. */
function randomDocument(random: () => number): string {
  const lineEnd = random() < 0.3 ? '\r\n' : '\n';
  const unit = ['  ', '    ', '\t'][Math.floor(random() * 3)] ?? '  ';
  let comments = 0;
  const comment = (): string => {
    comments += 1;
    return random() < 0.5 ? `// c${comments}` : `/* c${comments} */`;
  };
  const object = (depth: number, keys: readonly string[]): string => {
    if (keys.length === 0) return '{}';
    const inner = (key: string): string => (key === 's' ? object(depth + 1, ['x', 'y', 'z'].slice(0, Math.floor(random() * 4))) : random() < 0.5 ? '1' : random() < 0.5 ? '"}, //"' : '[1, 2]');
    if (random() < 0.25) {
      const [open, colon, comma, close] = random() < 0.5 ? ['{', ':', ',', '}'] : ['{ ', ': ', ', ', ' }'];
      return `${open}${keys.map((key) => `"${key}"${colon}${inlineOnly(inner(key))}`).join(comma)}${close}`;
    }
    const base = lineEnd + unit.repeat(depth + 1);
    const trailing = random() < 0.2 ? ',' : '';
    const lines = keys.map((key, index) => {
      const before = random() < 0.2 ? `${base}${comment()}` : '';
      const behind = random() < 0.3 ? ` ${comment()}` : '';
      return `${before}${base}"${key}": ${inner(key)}${index === keys.length - 1 ? trailing : ','}${behind}`;
    });
    const last = random() < 0.2 ? `${base}${comment()}` : '';
    return `{${lines.join('')}${last}${lineEnd}${unit.repeat(depth)}}`;
  };
  const keys = ['a', 's', 'b'].slice(0, 2 + Math.floor(random() * 2));
  return `${random() < 0.2 ? `// c0${lineEnd}` : ''}${object(0, keys)}${random() < 0.7 ? lineEnd : ''}`;
}

function inlineOnly(text: string): string {
  return text.includes('\n') ? '{}' : text;
}

function generator(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
