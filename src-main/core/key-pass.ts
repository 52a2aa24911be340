/** What a turn of a key's is about, as it would go up. */
export interface KeyQuestion {
  readonly model: string;
  /** Null: standard. */
  readonly tier: string | null;
  /** A prewarm costs nothing and is not counted. */
  readonly counts: boolean;
}

/** An API key beside the first one, which may do everything: what it may do. */
export interface KeyPass {
  /** What it is called by now. */
  name(): string;
  /** Whether its clients are told of a model. */
  mayAsk(model: string): boolean;
  /** Whether fast mode may be added to what its clients ask. */
  mayUse(tier: string): boolean;
  /** Throws `key_wrong` or `key_expired` where it opens nothing any more. */
  check(): void;
  /** Counts a turn. Throws `key_wrong`, `key_expired`, `key_model_refused`, `key_tier_refused`, `key_limit_reached`. */
  admit(question: KeyQuestion): void;
  /** The same for a request that names neither. */
  admitRelay(): void;
}
