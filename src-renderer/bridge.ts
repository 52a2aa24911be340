import type { ServerMessage } from '../src-main/shared/bridge-wire.ts';
import { bridgeCloseCodes, ownPaths } from '../src-main/shared/channels.ts';
import type { Bridge, CallInput, CallName, CallOutput } from '../src-main/shared/contract.ts';
import { Listeners } from '../src-main/shared/listeners.ts';
import type { Delta } from '../src-main/shared/model.ts';
import type { Result } from '../src-main/shared/result.ts';

/** Whether the page hears from Slipstream; `refused` needs a new link. */
export type ConnectionState = 'connecting' | 'live' | 'reconnecting' | 'refused';

export interface Connection {
  state(): ConnectionState;
  /** Calls back on every change; returns its undo. */
  onState(listener: (state: ConnectionState) => void): () => void;
}

/** Where the page's data comes from, and whether it comes. */
export interface Source {
  readonly bridge: Bridge;
  readonly connection: Connection;
}

declare global {
  interface Window {
    /** Put there by Electron's preload; absent in a browser. */
    readonly bridge?: Bridge;
  }
}

const sessionKey = 'slipstream.session';
const retryDelaysMs = [250, 500, 1000, 2000, 4000, 8000];
const callTimeoutMs = 30_000;
/** As the browser reports what a listener of its own throws. */
const failureLog = { error: (_message: string, { error }: { readonly error: unknown }) => reportError(error) };

/** A connection that is always there: the desktop window's, or a test's. */
export const alwaysLive: Connection = { state: () => 'live', onState: () => () => undefined };

/** Connects to Slipstream: through the preload in the desktop app, else over the websocket of the page's own host. */
export function connectSource(): Source {
  if (window.bridge !== undefined) return { bridge: window.bridge, connection: alwaysLive };
  const socketBridge = new SocketBridge(`ws://${location.host}${ownPaths.bridge}`);
  window.addEventListener('hashchange', () => socketBridge.useTicket(takeTicket()));
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') socketBridge.retryNow();
  });
  socketBridge.start(takeTicket());
  return { bridge: socketBridge, connection: socketBridge };
}

/** Takes the single-use ticket out of the address bar, so that it stays in no history and on no screenshot. */
function takeTicket(): string | null {
  const ticket = new URLSearchParams(location.hash.slice(1)).get('ticket');
  if (ticket === null) return null;
  history.replaceState(null, '', location.pathname + location.search);
  return ticket === '' ? null : ticket;
}

interface PendingCall {
  readonly answer: (result: Result<never>) => void;
  readonly timer: number;
}

/** The contract over one websocket at a time, opened again whenever it is lost. */
class SocketBridge implements Bridge, Connection {
  readonly #url: string;
  #socket: WebSocket | null = null;
  #state: ConnectionState = 'connecting';
  #ticket: string | null = null;
  #retryTimer: number | undefined;
  #failures = 0;
  #nextCallId = 1;
  readonly #pending = new Map<number, PendingCall>();
  readonly #deltaListeners = new Listeners<[delta: Delta]>(failureLog);
  readonly #stateListeners = new Listeners<[state: ConnectionState]>(failureLog);

  constructor(url: string) {
    this.#url = url;
  }

  state(): ConnectionState {
    return this.#state;
  }

  onState(listener: (state: ConnectionState) => void): () => void {
    return this.#stateListeners.add(listener);
  }

  on(listener: (delta: Delta) => void): () => void {
    return this.#deltaListeners.add(listener);
  }

  invoke<K extends CallName>(name: K, input: CallInput<K>): Promise<Result<CallOutput<K>>> {
    const socket = this.#socket;
    if (this.#state !== 'live' || socket === null) {
      return Promise.resolve(lost('Not connected to Slipstream, so nothing was done.'));
    }
    const id = this.#nextCallId;
    this.#nextCallId += 1;
    return new Promise((resolve) => {
      const timer = window.setTimeout(() => {
        this.#answer(id, lost('Slipstream did not answer within 30 seconds.'));
      }, callTimeoutMs);
      this.#pending.set(id, { answer: resolve, timer });
      socket.send(JSON.stringify({ id, name, input }));
    });
  }

  /** Opens the first connection; without a ticket, with the session this tab already has. */
  start(ticket: string | null): void {
    this.#ticket = ticket;
    this.#open();
  }

  /** A new ticket, from a link opened in a tab that already shows the dashboard. */
  useTicket(ticket: string | null): void {
    if (ticket === null) return;
    this.#ticket = ticket;
    this.#failures = 0;
    this.#open();
  }

  /** Ends the wait between two tries. */
  retryNow(): void {
    if (this.#state === 'reconnecting' && this.#socket === null) this.#open();
  }

  #open(): void {
    window.clearTimeout(this.#retryTimer);
    this.#drop();
    const session = sessionStorage.getItem(sessionKey);
    const ticket = this.#ticket;
    if (ticket === null && session === null) {
      this.#setState('refused');
      return;
    }
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ hello: ticket === null ? { session } : { ticket } }));
    socket.onmessage = (event) => this.#receive(String(event.data));
    socket.onclose = (event) => this.#closed(event.code, ticket !== null);
  }

  #receive(text: string): void {
    const message: ServerMessage = JSON.parse(text);
    if ('delta' in message) {
      this.#deltaListeners.tell(message.delta);
    } else if ('welcome' in message) {
      this.#ticket = null;
      this.#failures = 0;
      if (message.welcome.session !== null) sessionStorage.setItem(sessionKey, message.welcome.session);
      this.#setState('live');
    } else {
      // The server answers with what the contract says for this call; the id pairs the two.
      this.#answer(message.id, message.result as Result<never>);
    }
  }

  #closed(code: number, usedTicket: boolean): void {
    this.#drop();
    if (code !== bridgeCloseCodes.refused) {
      this.#setState(this.#state === 'connecting' ? 'connecting' : 'reconnecting');
      const delayMs = retryDelaysMs[Math.min(this.#failures, retryDelaysMs.length - 1)] ?? 0;
      this.#failures += 1;
      // Spread, so that many tabs do not all knock at the same moment.
      this.#retryTimer = window.setTimeout(() => this.#open(), delayMs * (0.8 + Math.random() * 0.4));
      return;
    }
    this.#ticket = null;
    if (!usedTicket) sessionStorage.removeItem(sessionKey);
    // An old link opened in a tab that is signed in already: its session is still good.
    if (usedTicket && sessionStorage.getItem(sessionKey) !== null) this.#open();
    else this.#setState('refused');
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    if (socket !== null) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    for (const id of [...this.#pending.keys()]) {
      this.#answer(id, lost('The connection was lost before Slipstream answered.'));
    }
  }

  #answer(id: number, result: Result<never>): void {
    const call = this.#pending.get(id);
    if (call === undefined) return;
    this.#pending.delete(id);
    window.clearTimeout(call.timer);
    call.answer(result);
  }

  #setState(state: ConnectionState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#stateListeners.tell(state);
  }
}

function lost(message: string): Result<never> {
  return { ok: false, error: { code: 'instance_absent', message } };
}
