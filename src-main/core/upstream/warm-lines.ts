import type { Socket } from 'node:net';
import type { Clock, Timer } from '../ports.ts';
import type { ProxyRoutes } from './proxy.ts';

/** With no turn for so long nobody is likely to come soon. */
const keptAfterTurnMs = 3 * 60_000;
/** Whoever stands in between may forget a silent connection, and upstream closes it. */
const maxAgeMs = 45_000;
/** Upstream that closes one sooner does not want it: the next turn opens one again. */
const welcomeFromMs = 10_000;
/** Two wanted within this time are kept ready from then on. */
const busyWithinMs = 30_000;

interface Line {
  readonly socket: Socket;
  readonly openedMs: number;
  readonly age: Timer;
}

/** The connections to one host over one way. */
interface Host {
  readonly url: string;
  /** Whose way it is, or of those who share it the one whose turn went there last. */
  accountId: string | null;
  readonly ready: Set<Line>;
  opening: number;
  wanted: 1 | 2;
  lastTurnMs: number;
  lastTakenMs: number;
}

/**
 * Connections to upstream that are open, and TLS agreed on, before a turn wants a new socket: its upgrade then takes one round
 * trip instead of three. One for each host and proxy, two where they are wanted in quick succession; none long after the last turn.
 */
export class WarmLines {
  readonly #clock: Clock;
  readonly #proxies: ProxyRoutes;
  readonly #isWanted: () => boolean;
  readonly #hosts = new Map<string, Host>();
  #isStopped = false;

  /** `isWanted`: whether the user lets connections be opened before a turn wants them. */
  constructor(clock: Clock, proxies: ProxyRoutes, isWanted: () => boolean = () => true) {
    this.#clock = clock;
    this.#proxies = proxies;
    this.#isWanted = isWanted;
  }

  /** A turn has gone to this URL's host: one that follows may want a connection. Without TLS there is little to win. */
  noteTurn(url: string, accountId: string | null = null): void {
    if (!url.startsWith('https:')) return;
    const host = this.#host(url, accountId);
    // Whoever came before may have another way by now.
    host.accountId = accountId;
    host.lastTurnMs = this.#clock.monotonicMs();
    this.#fill(host);
  }

  /** A connection to this URL's host, which is the caller's from now on; null where there is none. */
  take(url: string, accountId: string | null = null): Socket | null {
    if (!url.startsWith('https:')) return null;
    const host = this.#host(url, accountId);
    const nowMs = this.#clock.monotonicMs();
    host.wanted = nowMs - host.lastTakenMs < busyWithinMs ? 2 : 1;
    host.lastTakenMs = nowMs;
    for (const line of host.ready) {
      this.#drop(host, line);
      if (!line.socket.writable || !line.socket.readable) continue;
      line.socket.ref();
      return line.socket;
    }
    return null;
  }

  /** Closes those that wait, such as after a change of the network; the next turn has others opened. */
  close(): void {
    const hosts = [...this.#hosts.values()];
    // Those that are still opening are closed when they open, since nobody knows their host any more.
    this.#hosts.clear();
    for (const host of hosts) {
      for (const line of host.ready) {
        this.#drop(host, line);
        line.socket.destroy();
      }
    }
  }

  /** The same for good. */
  stop(): void {
    this.#isStopped = true;
    this.close();
  }

  #host(url: string, accountId: string | null): Host {
    const key = `${this.#proxies.routeKey(url, accountId)} ${new URL(url).origin}`;
    const known = this.#hosts.get(key);
    if (known !== undefined) return known;
    const never = Number.NEGATIVE_INFINITY;
    const made: Host = {
      url,
      accountId,
      ready: new Set(),
      opening: 0,
      wanted: 1,
      lastTurnMs: never,
      lastTakenMs: never,
    };
    this.#hosts.set(key, made);
    return made;
  }

  #isWayOf(host: Host, accountId: string | null): boolean {
    return this.#host(host.url, accountId) === host;
  }

  #isKept(host: Host): boolean {
    const isRecent = this.#clock.monotonicMs() - host.lastTurnMs < keptAfterTurnMs;
    return !this.#isStopped && this.#isWanted() && isRecent && this.#isWayOf(host, host.accountId);
  }

  #fill(host: Host): void {
    if (!this.#isKept(host) || host.ready.size + host.opening >= host.wanted) return;
    host.opening += 1;
    const { accountId } = host;
    const opened = (socket: Socket | null) => {
      host.opening -= 1;
      if (socket === null) return;
      // It went the way of that account, which may be another by now.
      if (!this.#isKept(host) || !this.#isWayOf(host, accountId)) {
        socket.destroy();
        return;
      }
      this.#keep(host, socket);
      this.#fill(host);
    };
    this.#proxies.openTls(host.url, accountId).then(opened, () => opened(null));
  }

  #keep(host: Host, socket: Socket): void {
    const openedMs = this.#clock.monotonicMs();
    const age = this.#clock.after(maxAgeMs, () => {
      this.#drop(host, line);
      socket.destroy();
      this.#fill(host);
    });
    const line: Line = { socket, openedMs, age };
    host.ready.add(line);
    socket.unref();
    socket.on('error', noteNothing);
    socket.once('end', () => socket.destroy());
    socket.once('close', () => {
      if (!host.ready.has(line)) return;
      this.#drop(host, line);
      if (this.#clock.monotonicMs() - openedMs >= welcomeFromMs) this.#fill(host);
    });
  }

  #drop(host: Host, line: Line): void {
    host.ready.delete(line);
    line.age.cancel();
  }
}

/** The close that follows says it all. */
const noteNothing = () => {};
