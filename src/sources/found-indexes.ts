/** Addresses as they stand in one place. */
export interface FoundIndexes {
  readonly index?: FoundIndex;
  readonly extra: readonly FoundIndex[];
}

export interface FoundIndex {
  readonly address: string;
  /** For `UV_INDEX_NAME_USERNAME` and `…_PASSWORD`. */
  readonly name?: string;
}
