import type { CallName, CallOutput } from '../../src-main/shared/contract.ts';
import type { AppSettings } from '../../src-main/shared/settings.ts';
import type { Ledger } from './ledger.ts';
import type { Program } from './program.ts';
import type { UpstreamProcess } from './upstream-process.ts';

const fewestAccounts = 2;
const mostAccounts = 6;

/** What happens to a program that people use: settings change, accounts come and go, quotas run out, it is stopped and killed. */
export class Disturbances {
  readonly #program: Program;
  readonly #upstream: UpstreamProcess;
  readonly #ledger: Ledger;
  readonly #random: () => number;
  readonly #apiKey: string;
  /** What the program has confirmed, and must know after a restart. */
  #accounts: readonly string[] = [];
  #settings: Partial<AppSettings> = {};
  readonly counts = new Map<string, number>();

  constructor(program: Program, upstream: UpstreamProcess, ledger: Ledger, random: () => number, apiKey: string) {
    this.#program = program;
    this.#upstream = upstream;
    this.#ledger = ledger;
    this.#random = random;
    this.#apiKey = apiKey;
  }

  async addAccount(): Promise<void> {
    const { authJson } = await this.#upstream.addAccount(this.#random() < 0.3);
    await this.#call('accounts.import', { text: authJson });
    await this.#noteAccounts();
  }

  /** One of them, by chance. */
  async next(): Promise<void> {
    const acts: readonly (readonly [string, number, () => Promise<void> | void])[] = [
      ['quota ran out', 3, () => this.#upstream.tell({ kind: 'exhaust', seconds: 5 + this.#upTo(20) })],
      ['quotas reset', 2, () => this.#upstream.tell({ kind: 'reset' })],
      ['setting changed', 4, () => this.#toggle()],
      ['websockets tried again', 3, () => this.#forgetTransports()],
      ['account came', 1, () => (this.#accounts.length < mostAccounts ? this.addAccount() : undefined)],
      ['account left', 1, () => this.#removeAccount()],
      ['paused', 1, () => this.#pause()],
    ];
    let left = this.#random() * acts.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [name, weight, act] of acts) {
      left -= weight;
      if (left > 0) continue;
      this.#count(name);
      await act();
      return;
    }
  }

  async restart(isKill: boolean): Promise<void> {
    this.#count(isKill ? 'killed' : 'stopped');
    if (isKill) await this.#program.kill();
    else await this.#program.stop();
    await this.#program.start();
    await this.#checkMemory();
  }

  /** What was confirmed before is there after. */
  async #checkMemory(): Promise<void> {
    const { apiKey } = await this.#program.server();
    if (apiKey !== this.#apiKey) this.#ledger.fault('forgotten', 'the API key');
    const accounts = await this.#call('accounts.list', null);
    const ids = accounts?.map(({ id }) => id).toSorted() ?? [];
    if (accounts !== null && ids.join() !== this.#accounts.join())
      this.#ledger.fault('forgotten', `accounts ${this.#accounts.join()} are ${ids.join()}`);
    const snapshot = await this.#call('app.snapshot', null);
    for (const [name, value] of Object.entries(this.#settings)) {
      const now: unknown = snapshot?.settings[name as keyof AppSettings];
      if (snapshot !== null && now !== value) this.#ledger.fault('forgotten', `${name} ${value} is ${now}`);
    }
  }

  async #toggle(): Promise<void> {
    const one = <T>(values: readonly [T, ...T[]]): T => values[this.#upTo(values.length)] ?? values[0];
    const patch = one<Partial<AppSettings>>([
      { fastPolicy: one(['auto', 'on', 'off']) },
      { strategy: one(['most-headroom', 'round-robin', 'fill-first']) },
      { traceBodies: one([true, false]) },
      { traceTurns: one([100, 5_000, 100_000]) },
    ]);
    if ((await this.#call('settings.set', patch)) !== null) this.#settings = { ...this.#settings, ...patch };
  }

  async #forgetTransports(): Promise<void> {
    for (const id of this.#accounts) await this.#call('accounts.setWebsockets', { id, websockets: true });
  }

  async #removeAccount(): Promise<void> {
    const id = this.#accounts[this.#upTo(this.#accounts.length)];
    if (id === undefined || this.#accounts.length <= fewestAccounts) return;
    await this.#call('accounts.remove', { id });
    await this.#noteAccounts();
  }

  async #pause(): Promise<void> {
    await this.#call('settings.set', { paused: true });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await this.#call('settings.set', { paused: false });
  }

  async #noteAccounts(): Promise<void> {
    const accounts = await this.#call('accounts.list', null);
    if (accounts !== null) this.#accounts = accounts.map(({ id }) => id).toSorted();
  }

  /** The call's output; null where it was refused or nobody answered. */
  async #call<K extends CallName>(name: K, input: unknown): Promise<CallOutput<K> | null> {
    const result = await this.#program.bridge?.invoke(name, input as never);
    return result?.ok === true ? result.value : null;
  }

  #count(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  #upTo(count: number): number {
    return Math.floor(this.#random() * count);
  }
}
