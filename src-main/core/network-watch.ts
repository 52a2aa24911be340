import { Resolver } from 'node:dns';
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import type { Clock, Timer } from './ports.ts';

const everyMs = 5_000;
/** A timer that is this late, or clocks that part by as much, mean that the machine slept or was set. */
const jumpMs = 5_000;

type NetworkChange = 'network' | 'clock';

interface NetworkWatchParts {
  readonly clock: Clock;
  /** What the machine says of its network; the real one where it is absent. */
  readonly look?: () => string | null;
  /** Nothing is looked at while this says no. */
  readonly isNeeded: () => boolean;
  readonly changed: (what: NetworkChange) => void;
}

interface Seen {
  /** Null: the machine could not say. */
  readonly network: string | null;
  readonly monotonicMs: number;
  readonly epochMs: number;
}

/** Notices that connections may be dead though nobody said so: another network, or a machine that slept or whose clock was set. */
export class NetworkWatch {
  readonly #parts: NetworkWatchParts;
  #seen: Seen | null = null;
  #timer: Timer | null = null;

  constructor(parts: NetworkWatchParts) {
    this.#parts = parts;
  }

  /** There is a connection to watch over; does nothing where it watches already. */
  wake(): void {
    if (this.#timer !== null) return;
    this.#seen = this.#look();
    this.#schedule();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #schedule(): void {
    this.#timer = this.#parts.clock.after(everyMs, () => {
      this.#timer = null;
      if (!this.#parts.isNeeded()) return;
      this.#compare();
      this.#schedule();
    });
  }

  #compare(): void {
    const [before, now] = [this.#seen, this.#look()];
    this.#seen = { ...now, network: now.network ?? before?.network ?? null };
    if (before === null) return;
    const passedMs = now.monotonicMs - before.monotonicMs;
    const shownMs = now.epochMs - before.epochMs;
    if (passedMs > everyMs + jumpMs || Math.abs(shownMs - passedMs) > jumpMs) this.#parts.changed('clock');
    else if (now.network !== null && before.network !== null && now.network !== before.network)
      this.#parts.changed('network');
  }

  #look(): Seen {
    const { clock, look = lookAtNetwork } = this.#parts;
    return { network: look(), monotonicMs: clock.monotonicMs(), epochMs: clock.epochMs() };
  }
}

/**
 * Addresses, name servers and, where the system tells them in a file, the default routes; equal texts mean the same network.
 * Null where it cannot be asked, as without a file descriptor to spare.
 */
export function lookAtNetwork(): string | null {
  try {
    const addresses = Object.entries(networkInterfaces()).flatMap(([name, all]) =>
      (all ?? []).filter(({ internal }) => !internal).map(({ address }) => `${name} ${address}`),
    );
    return JSON.stringify([addresses.toSorted(), nameServers(), ...routeFiles.map(defaultRoutes)]);
  } catch {
    return null;
  }
}

/** No file descriptor is to be had: that says nothing of what would have been read. */
function isWithoutRoom(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EMFILE' || error.code === 'ENFILE');
}

/** A resolver of its own reads the system's list anew. */
function nameServers(): readonly string[] {
  try {
    return new Resolver().getServers();
  } catch (error) {
    if (isWithoutRoom(error)) throw error;
    return [];
  }
}

/** Linux's tables, in which a default route has no destination: interface, destination and gateway by their places in a line. */
const routeFiles = [
  { path: '/proc/net/route', isDefault: /^\S+\t0{8}\t/, places: [0, 2] },
  { path: '/proc/net/ipv6_route', isDefault: /^0{32} 00 /, places: [4, 9] },
] as const;

function defaultRoutes({ path, isDefault, places }: (typeof routeFiles)[number]): readonly string[] {
  try {
    const lines = readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => isDefault.test(line));
    return lines.map((line) => places.map((place) => line.trim().split(/\s+/)[place]).join(' ')).toSorted();
  } catch (error) {
    if (isWithoutRoom(error)) throw error;
    return [];
  }
}
