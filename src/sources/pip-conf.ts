import type { FoundIndexes } from './found-indexes.ts';

/** `index-url` and `extra-index-url` of a pip.conf, whose values may go on in indented lines. */
export function pipIndexes(text: string): FoundIndexes {
  const sections = text.split(/^(?=\[)/m).filter((section) => /^\[(?:global|install)\]/.test(section));
  const words = (key: string): readonly string[] => {
    const values = sections.flatMap((section) => new RegExp(`^${key}[^\\S\\n]*[=:]([^\\n]*(?:\\n[^\\S\\n]+[^\\n]*)*)`, 'm').exec(section)?.[1] ?? []);
    return (values.at(-1) ?? '').split(/\s+/).filter((word) => word !== '' && !word.startsWith('#'));
  };
  const [index] = words('index[-_]url');
  return { ...(index === undefined ? {} : { index: { address: index } }), extra: words('extra[-_]index[-_]url').map((address) => ({ address })) };
}
