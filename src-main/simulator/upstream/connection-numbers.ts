/** Numbers sockets in the order they come. */
export class ConnectionNumbers {
  readonly #known = new WeakMap<object, number>();
  #last = 0;

  next(): number {
    this.#last += 1;
    return this.#last;
  }

  /** The number of a socket that carries several requests. */
  of(socket: object): number {
    const number = this.#known.get(socket) ?? this.next();
    this.#known.set(socket, number);
    return number;
  }
}
