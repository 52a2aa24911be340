import type { Hello, Proof, ServerMessage } from '../src-main/shared/bridge-wire.ts';
import { bridgeCloseCodes, ownPaths } from '../src-main/shared/channels.ts';
import type { Bridge, CallInput, CallName, CallOutput } from '../src-main/shared/contract.ts';
import { Listeners } from '../src-main/shared/listeners.ts';
import type { Delta } from '../src-main/shared/model.ts';
import type { Result } from '../src-main/shared/result.ts';
import { signedText } from '../src-main/shared/signed-text.ts';
import { tell } from '../src-main/shared/words/told.ts';
import { type BrowserKey, type BrowserKeyStore, keptBrowserKey } from './browser-key.ts';
import { keptInTab } from './stores/kept.ts';

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
/** Runs another program several times; how far it is comes as deltas. */
const unlimited: ReadonlySet<CallName> = new Set(['profiles.learn']);
/** As the browser reports what a listener of its own throws. */
const failureLog = { error: (_message: string, { error }: { readonly error: unknown }) => reportError(error) };

/** A connection that is always there: the desktop window's, or a test's. */
export const alwaysLive: Connection = { state: () => 'live', onState: () => () => undefined };

/** Connects to Slipstream: through the preload in the desktop app, else over the websocket of the page's own host. */
export function connectSource(): Source {
  if (window.bridge !== undefined) return { bridge: window.bridge, connection: alwaysLive };
  const socketBridge = new SocketBridge(`ws://${location.host}${ownPaths.bridge}`, keptBrowserKey());
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
  readonly timer: number | undefined;
}

/** What a connection is opened with: a link's ticket, else this tab's session, else this browser's key. */
interface Credential {
  readonly kind: 'ticket' | 'session' | 'key';
  readonly hello: Hello['hello'];
  readonly key: BrowserKey | null;
}

/** The contract over one websocket at a time, opened again whenever it is lost. */
class SocketBridge implements Bridge, Connection {
  readonly #url: string;
  readonly #keys: BrowserKeyStore;
  #socket: WebSocket | null = null;
  #state: ConnectionState = 'connecting';
  #ticket: string | null = null;
  #isKeyRefused = false;
  /** How often it was opened: what was looked up for an earlier time comes too late. */
  #openings = 0;
  #retryTimer: number | undefined;
  #failures = 0;
  #nextCallId = 1;
  /** How many messages have come. */
  #heard = 0;
  readonly #pending = new Map<number, PendingCall>();
  readonly #deltaListeners = new Listeners<[delta: Delta]>(failureLog);
  readonly #stateListeners = new Listeners<[state: ConnectionState]>(failureLog);

  constructor(url: string, keys: BrowserKeyStore) {
    this.#url = url;
    this.#keys = keys;
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
    if (this.#state !== 'live' || socket === null) return Promise.resolve(lost(tell('shell.call.notConnected')));
    const id = this.#nextCallId;
    this.#nextCallId += 1;
    return new Promise((resolve) => {
      const heard = this.#heard;
      const silent = (): void => {
        this.#answer(id, lost(tell('shell.call.silent')));
        // Not a word of anything since: the line is dead, as after a sleep, and no end of it may ever be told.
        if (this.#socket === socket && this.#heard === heard) void this.#open();
      };
      const timer = unlimited.has(name) ? undefined : window.setTimeout(silent, callTimeoutMs);
      this.#pending.set(id, { answer: resolve, timer });
      socket.send(JSON.stringify({ id, name, input }));
    });
  }

  /** Opens the first connection; without a ticket, with the session this tab already has, or the key of this browser. */
  start(ticket: string | null): void {
    this.#ticket = ticket;
    void this.#open();
  }

  /** A new ticket, from a link opened in a tab that already shows the dashboard. */
  useTicket(ticket: string | null): void {
    if (ticket === null) return;
    this.#ticket = ticket;
    this.#failures = 0;
    void this.#open();
  }

  /** Ends the wait between two tries. A browser that was refused may have been let in by another tab since. */
  retryNow(): void {
    if (this.#state === 'refused') this.#isKeyRefused = false;
    else if (this.#state !== 'reconnecting') return;
    if (this.#socket === null) void this.#open();
  }

  async #open(): Promise<void> {
    window.clearTimeout(this.#retryTimer);
    this.#drop();
    // The next one is told of as every new connection is, since what happens until then is missed.
    if (this.#state === 'live') this.#setState('reconnecting');
    this.#openings += 1;
    const opening = this.#openings;
    const credential = await this.#credential();
    if (opening !== this.#openings) return;
    if (credential === null) {
      this.#setState('refused');
      return;
    }
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ hello: credential.hello } satisfies Hello));
    socket.onmessage = (event) => this.#receive(String(event.data), socket, credential.key);
    socket.onclose = (event) => this.#closed(event.code, credential.kind);
  }

  async #credential(): Promise<Credential | null> {
    const ticket = this.#ticket;
    if (ticket !== null) {
      const key = await this.#keys.make();
      return { kind: 'ticket', hello: key === null ? { ticket } : { ticket, publicKey: key.publicKey }, key: null };
    }
    const session = keptInTab.getItem(sessionKey);
    if (session !== null) return { kind: 'session', hello: { session }, key: null };
    const found = this.#isKeyRefused ? null : await this.#keys.find();
    return found === null ? null : { kind: 'key', hello: { browser: found.name }, key: found.key };
  }

  #receive(text: string, socket: WebSocket, key: BrowserKey | null): void {
    const message: ServerMessage = JSON.parse(text);
    this.#heard += 1;
    if ('delta' in message) {
      this.#deltaListeners.tell(message.delta);
    } else if ('challenge' in message) {
      const text = signedText({ ...message.challenge, origin: location.origin });
      void key?.sign(text).then((proof) => socket.send(JSON.stringify({ proof } satisfies Proof)));
    } else if ('welcome' in message) {
      this.#ticket = null;
      this.#isKeyRefused = false;
      if (message.welcome.browser !== undefined) void this.#keys.setName(message.welcome.browser);
      this.#failures = 0;
      if (message.welcome.session !== null) keptInTab.setItem(sessionKey, message.welcome.session);
      this.#setState('live');
    } else {
      // The server answers with what the contract says for this call; the id pairs the two.
      this.#answer(message.id, message.result as Result<never>);
    }
  }

  #closed(code: number, used: Credential['kind']): void {
    this.#drop();
    if (code !== bridgeCloseCodes.refused) {
      this.#setState(this.#state === 'connecting' ? 'connecting' : 'reconnecting');
      const delayMs = retryDelaysMs[Math.min(this.#failures, retryDelaysMs.length - 1)] ?? 0;
      this.#failures += 1;
      // Spread, so that many tabs do not all knock at the same moment.
      this.#retryTimer = window.setTimeout(() => void this.#open(), delayMs * (0.8 + Math.random() * 0.4));
      return;
    }
    // An old link in a browser that is let in already, or a session from before a restart: the next credential may do.
    if (used === 'ticket') this.#ticket = null;
    else if (used === 'session') keptInTab.removeItem(sessionKey);
    else this.#isKeyRefused = true;
    void this.#open();
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    if (socket !== null) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    for (const id of [...this.#pending.keys()]) this.#answer(id, lost(tell('shell.call.lost')));
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
