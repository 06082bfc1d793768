export interface Paging {
  /** How many at most: 50 unless given. */
  readonly limit?: number | undefined;
  /** Where the page before ended. */
  readonly cursor?: string | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Where the next page begins; `null` after the last. */
  readonly cursor: string | null;
}
