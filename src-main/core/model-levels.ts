/** What the catalogue says a model can be asked for. */
export interface ModelLevels {
  /** Reasoning efforts, null where they are not known. */
  readonly efforts: readonly string[] | null;
  /** False where the model is known to have none. */
  readonly hasVerbosity: boolean;
  readonly hasSummaries: boolean;
}
