import type { Bridge, CallInput, CallName, CallOutput } from '../../src-main/shared/contract.ts';
import type { Delta } from '../../src-main/shared/model.ts';
import { failure, type Result, success } from '../../src-main/shared/result.ts';
import type { Connection, ConnectionState } from '../../src-renderer/bridge.ts';

interface OpenCall {
  readonly name: CallName;
  readonly input: unknown;
  readonly settle: (result: Result<never>) => void;
}

/** A bridge whose calls wait until the test answers them, and whose deltas and connection the test makes. */
export class FakeBridge implements Bridge, Connection {
  readonly calls: { readonly name: CallName; readonly input: unknown }[] = [];
  readonly #open: OpenCall[] = [];
  readonly #listeners = new Set<(delta: Delta) => void>();
  readonly #stateListeners = new Set<(state: ConnectionState) => void>();
  #state: ConnectionState = 'live';

  invoke<K extends CallName>(name: K, input: CallInput<K>): Promise<Result<CallOutput<K>>> {
    this.calls.push({ name, input });
    return new Promise((settle) => this.#open.push({ name, input, settle }));
  }

  on(listener: (delta: Delta) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  state(): ConnectionState {
    return this.#state;
  }

  onState(listener: (state: ConnectionState) => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  emit(...deltas: Delta[]): void {
    for (const delta of deltas) for (const listener of this.#listeners) listener(delta);
  }

  setState(state: ConnectionState): void {
    this.#state = state;
    for (const listener of this.#stateListeners) listener(state);
  }

  /** Answers the oldest open call of that name. */
  async answer<K extends CallName>(name: K, value: CallOutput<K>): Promise<void> {
    await this.#settle(name, success(value));
  }

  async fail(name: CallName, message: string): Promise<void> {
    await this.#settle(name, failure('internal', message));
  }

  count(name: CallName): number {
    return this.inputsOf(name).length;
  }

  /** What a call was made with, each time it was made. */
  inputsOf(name: CallName): unknown[] {
    return this.calls.filter((call) => call.name === name).map(({ input }) => input);
  }

  async #settle(name: CallName, result: Result<unknown>): Promise<void> {
    const index = this.#open.findIndex((call) => call.name === name);
    const [call] = index < 0 ? [] : this.#open.splice(index, 1);
    if (call === undefined) throw new Error(`No open call of ${name}`);
    call.settle(result as Result<never>);
    // The store goes on in microtasks.
    await new Promise((resolve) => setImmediate(resolve));
  }
}
