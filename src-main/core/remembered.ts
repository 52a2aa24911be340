/** What is worked out when it is first asked for, and again after it was forgotten. */
export class Remembered<T> {
  readonly #make: () => T;
  #made: { readonly value: T } | null = null;

  constructor(make: () => T) {
    this.#make = make;
  }

  get value(): T {
    this.#made ??= { value: this.#make() };
    return this.#made.value;
  }

  /** Something that it was worked out from has changed. */
  forget(): void {
    this.#made = null;
  }
}
