/** What a reflector fills: a cache that takes single changes, and whole lists at once. It never throws on a malformed object. */
export interface Sink {
  put(raw: unknown): void;
  remove(raw: unknown): void;
  /** Begins to replace everything; nothing changes before `commit`. */
  begin(): Replacement;
}

/** A list on its way in. Dropping it without `commit` changes nothing. */
export interface Replacement {
  add(raw: unknown): void;
  commit(): void;
}
