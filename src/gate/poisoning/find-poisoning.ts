import type { ToolDefinition } from '../../domain/fingerprint.ts';
import type { ListedText } from '../../domain/mcp-connection.ts';
import { CONTROL_CHARACTERS } from './control-characters.ts';
import { encodedTexts } from './encoded-text.ts';
import type { Finding, SentenceRule, Severity, TextRule } from './finding.ts';
import { HIDDEN_CHARACTERS } from './hidden-characters.ts';
import { asRead } from './invisible.ts';
import { disguised, resemblance } from './look-alike-name.ts';
import { MARKED_UP, OVERRIDE } from './override.ts';
import { SECRECY } from './secrecy.ts';
import { shadowing, shadowsUnknown } from './shadowing.ts';
import { breaking, sentencesOf } from './sentences.ts';
import type { Sentence } from './sentences.ts';
import { STEERING } from './steering.ts';
import { surfacesOf } from './surfaces.ts';
import type { Surface } from './surfaces.ts';
import { ASKING_NAME, THEFT } from './theft.ts';
import { shownAround } from './visible-text.ts';

/** All that a server shows to a client's model before anything is called. */
export interface ServedTexts {
  readonly instructions?: string | undefined;
  readonly tools: readonly ToolDefinition[];
  readonly resources: readonly ListedText[];
  readonly prompts: readonly ListedText[];
}

/** What the other servers of the same client offer. */
export interface OtherServer {
  readonly server: string;
  readonly tools: readonly string[];
}

const CHARACTER_RULES: readonly TextRule[] = [...HIDDEN_CHARACTERS, ...CONTROL_CHARACTERS];
const SENTENCE_RULES: readonly SentenceRule[] = [...SECRECY, ...THEFT, ...OVERRIDE, ...STEERING];
/** Characters. More than any server needs to describe itself; what is not read cannot be called clean. */
const READ_AT_MOST = 500_000;

/** What a server's own words do to the model that reads them. The worst comes first. */
export function findPoisoning(served: ServedTexts, others: readonly OtherServer[]): readonly Finding[] {
  const own = new Set(served.tools.flatMap(({ name, inputSchema }) => [name, ...parametersOf(inputSchema)]));
  const foreign = [...new Set(others.flatMap(({ tools }) => tools))].filter((name) => !own.has(name));
  const subjects = subjectsOf(served);
  const size = subjects.reduce((sum, { surfaces }) => sum + surfaces.reduce((length, { text }) => length + text.length, 0), 0);
  if (size > READ_AT_MOST) return [finding({ id: 'too-long', severity: 'high', says: 'says more than can be checked' }, 'the server', 'its descriptions', '')];
  const findings = [
    ...subjects.flatMap(({ subject, surfaces }) => surfaces.flatMap((surface) => findingsIn(surface, subject, foreign, own))),
    ...served.tools.flatMap(({ name }) => nameFindings(name, others)),
  ];
  return distinct(findings).toSorted((a, b) => RANK[a.severity] - RANK[b.severity]);
}

const RANK = { high: 0, medium: 1 } as const satisfies Record<Severity, number>;

function subjectsOf({ instructions, tools, resources, prompts }: ServedTexts): readonly { readonly subject: string; readonly surfaces: readonly Surface[] }[] {
  return [
    ...(instructions === undefined ? [] : [{ subject: 'the server', surfaces: surfacesOf(instructions, 'its instructions') }]),
    ...tools.map((tool) => ({ subject: `the tool ${tool.name}`, surfaces: toolSurfaces(tool) })),
    ...resources.map((resource) => ({ subject: `the resource ${resource.name}`, surfaces: listedSurfaces(resource) })),
    ...prompts.map((prompt) => ({ subject: `the prompt ${prompt.name}`, surfaces: listedSurfaces(prompt) })),
  ];
}

function toolSurfaces({ name, title, description, inputSchema, outputSchema, annotations }: ToolDefinition): readonly Surface[] {
  return [
    { place: 'its name', text: name, kind: 'name' },
    ...surfacesOf(title, 'its title'), ...surfacesOf(description, 'its description'), ...surfacesOf(inputSchema, 'its input'),
    ...surfacesOf(outputSchema, 'its output'), ...surfacesOf(annotations, 'its annotations'),
  ];
}

function listedSurfaces({ name, texts }: ListedText): readonly Surface[] {
  return [{ place: 'its name', text: name, kind: 'name' }, ...texts.flatMap((text) => surfacesOf(text, 'its description'))];
}

function parametersOf(schema: unknown): readonly string[] {
  return surfacesOf(schema, '').filter(({ kind }) => kind === 'name').map(({ text }) => text);
}

function findingsIn({ place, text, kind }: Surface, subject: string, foreign: readonly string[], own: ReadonlySet<string>): readonly Finding[] {
  const at: Place = { subject, place };
  const characters = byText(CHARACTER_RULES, text, at);
  const read = asRead(text);
  // A name of several words may be a sentence, too: a client shows neither.
  if (kind === 'name' && !/\s/.test(read.trim())) return [...characters, ...byText([ASKING_NAME], read, at)];
  const sentences = sentencesOf(read);
  return [
    ...characters, ...byText(MARKED_UP, read, at), ...bySentence(sentences, read, at), ...shadowFindings(sentences, read, at, foreign, own),
    ...encodedTexts(read).flatMap((decoded) => bySentence(sentencesOf(decoded), decoded, at)),
  ];
}

type Place = Pick<Finding, 'subject' | 'place'>;

function byText(rules: readonly TextRule[], text: string, { subject, place }: Place): readonly Finding[] {
  return rules.flatMap((rule) => {
    const match = rule.find(text);
    return match === undefined ? [] : [finding(rule, subject, place, shownAround(text, match))];
  });
}

function bySentence(sentences: readonly Sentence[], text: string, { subject, place }: Place): readonly Finding[] {
  return SENTENCE_RULES.flatMap((rule) => {
    const found = breaking(sentences, rule);
    return found === undefined ? [] : [finding(rule, subject, place, shownFrom(text, found))];
  });
}

function shadowFindings(sentences: readonly Sentence[], text: string, { subject, place }: Place, foreign: readonly string[], own: ReadonlySet<string>): readonly Finding[] {
  const known = shadowing(sentences, foreign);
  if (known !== undefined) return [finding({ id: 'shadowing', severity: 'high', says: `says how ${known.tool} of another server is to be used` }, subject, place, shownFrom(text, known.sentence))];
  const unknown = shadowsUnknown(sentences, own);
  return unknown === undefined ? [] : [finding({ id: 'shadowing', severity: 'high', says: 'says how a tool of another server is to be used' }, subject, place, shownFrom(text, unknown))];
}

function shownFrom(text: string, { index, text: sentence }: Sentence): string {
  return shownAround(text, { index, length: sentence.length });
}

function nameFindings(name: string, others: readonly OtherServer[]): readonly Finding[] {
  const subject = `the tool ${name}`;
  const found: Finding[] = disguised(name) ? [finding({ id: 'disguised-name', severity: 'high', says: 'mixes letters that look alike' }, subject, 'its name', shownAround(name, { index: 0, length: name.length }))] : [];
  for (const { server, tools } of others) {
    for (const other of tools) {
      const like = resemblance(name, other);
      if (like !== undefined) found.push(finding({ ...LIKE[like], says: `${LIKE[like].says} ${other} of ${server}` }, subject, 'its name', ''));
    }
  }
  return found;
}

const LIKE = {
  'same': { id: 'same-name', severity: 'medium', says: 'has the same name as' },
  'looks-the-same': { id: 'look-alike-name', severity: 'high', says: 'is written to look like' },
  'separators': { id: 'similar-name', severity: 'medium', says: 'is easily taken for' },
  'typing-error': { id: 'similar-name', severity: 'medium', says: 'is easily taken for' },
} as const;

function finding({ id, severity, says }: Pick<TextRule, 'id' | 'severity' | 'says'>, subject: string, place: string, shown: string): Finding {
  return { rule: id, severity, subject, place, says, shown };
}

/** A text breaks a rule once, however many places of it do. */
function distinct(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Map(findings.map((each) => [`${each.rule}\u0000${each.subject}\u0000${each.place}\u0000${each.says}`, each]));
  return [...seen.values()];
}
