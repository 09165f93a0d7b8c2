/** `high` fails the gate, `medium` warns: the same thing also stands in honest descriptions, though seldom. */
export type Severity = 'high' | 'medium';

/** One thing that a text does to whoever's model reads it. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  /** «the tool read_file», «its instructions». */
  readonly subject: string;
  /** «its description», «the parameter path». */
  readonly place: string;
  /** Continues the subject: «tells the model to keep something from the user». */
  readonly says: string;
  /** The text around it, with what is invisible made visible. */
  readonly shown: string;
}

/** A rule on one text. It gives where the text breaks it, or nothing. */
export interface TextRule {
  readonly id: string;
  readonly severity: Severity;
  readonly says: string;
  readonly find: (text: string) => Match | undefined;
}

/** A rule on one sentence. */
export interface SentenceRule {
  readonly id: string;
  readonly severity: Severity;
  readonly says: string;
  readonly breaks: (sentence: string) => boolean;
}

export interface Match {
  readonly index: number;
  readonly length: number;
}

/** The first place where a pattern matches. */
export function firstMatch(text: string, pattern: RegExp): Match | undefined {
  const found = pattern.exec(text);
  return found === null ? undefined : { index: found.index, length: found[0].length };
}
