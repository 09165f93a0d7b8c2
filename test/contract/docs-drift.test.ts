import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERROR_EXIT, EXIT } from '../../src/domain/errors.ts';

const ROOT = dirname(dirname(import.meta.dirname));
const COMMANDS = join(ROOT, 'src/commands');

interface CommandClass {
  readonly default: { readonly hidden?: boolean; readonly summary?: string };
}

describe('the documents say what the code does', () => {
  it('README lists every command with its summary, and no other', async () => {
    const files = readdirSync(COMMANDS).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
    const commands = await Promise.all(files.map(async (file) => ({ name: file.replace(/\.ts$/, ''), ...((await import(join(COMMANDS, file))) as CommandClass).default })));
    const visible = commands.filter(({ hidden }) => hidden !== true).map(({ name, summary }) => [name, summary]);
    const listed = rows(section('README.md', 'Commands')).map(([command = '', summary]) => [/^`(?:cc-mcp )?([\w-]+)/.exec(command)?.[1], summary]);
    expect(listed.toSorted()).toEqual(visible.toSorted());
  });

  it('docs/exit-codes.md lists every exit code and the failure codes that end with it', () => {
    const listed = rows(section('docs/exit-codes.md', 'Codes')).map(([code = '', , failures = '']) => [Number(code.replaceAll('`', '')), [...failures.matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name).toSorted()]);
    const codes = [...new Set<number>(Object.values(EXIT))].toSorted((a, b) => a - b);
    expect(listed.filter(([code]) => Number(code) < 100)).toEqual(codes.map((code) => [code, Object.entries(ERROR_EXIT).flatMap(([name, exit]) => (exit === code ? [name] : [])).toSorted()]));
  });

  it('docs/gate.md lists every rule on descriptions, and no other', () => {
    const listed = [...section('docs/gate.md', 'Descriptions').matchAll(/^\|[^|]*\|([^|]*)\| (?:fails|warns) \|$/gm)].flatMap(([, cell = '']) => [...cell.matchAll(/`([a-z-]+)`/g)].map(([, id]) => id));
    const folder = 'src/gate/poisoning';
    const sources = readdirSync(join(ROOT, folder)).filter((file) => !file.endsWith('.test.ts')).map((file) => read(`${folder}/${file}`));
    const written = sources.flatMap((source) => [...source.matchAll(/\bid: '([a-z-]+)'/g)].map(([, id]) => id));
    expect(listed.toSorted()).toEqual([...new Set(written)].toSorted());
  });

  it('every relative link of the documents leads to a file', () => {
    const documents = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', ...markdownBelow('docs')];
    const broken = documents.flatMap((document) => [...read(document).matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)].flatMap(([, target = '']) => (isThere(join(dirname(document), target)) ? [] : [`${document}: ${target}`])));
    expect(broken).toEqual([]);
  });

  it('every source file that the documents name is there', () => {
    const documents = ['ARCHITECTURE.md', 'CONTRIBUTING.md', ...markdownBelow('docs')];
    const missing = documents.flatMap((document) => [...read(document).matchAll(/`((?:src|test|scripts|templates|schemas|marketplace|bin|bench)\/[a-z\d./_-]*(?:\.[a-z]+|\/))`/g)].flatMap(([, path = '']) => (isThere(path) ? [] : [`${document}: ${path}`])));
    expect(missing).toEqual([]);
  });
});

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

function isThere(path: string): boolean {
  const folder = join(ROOT, dirname(path));
  try {
    return path.endsWith('/') || readdirSync(folder).includes(path.split('/').at(-1) ?? '');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

function markdownBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.md')).map((path) => `${folder}/${path}`);
}

/** The text below one heading, up to the next. */
function section(path: string, heading: string): string {
  return new RegExp(`^## ${heading}$([\\s\\S]*?)(?=^## |$(?![\\s\\S]))`, 'm').exec(read(path))?.[1] ?? '';
}

/** Cells of a table's rows, without its head. */
function rows(text: string): string[][] {
  return text.split('\n').filter((line) => line.startsWith('|')).slice(2).map((line) => line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim()));
}
