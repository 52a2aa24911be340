import type { Host, OwnRoutes } from './core/ports.ts';
import type { Handlers } from './shared/contract.ts';
import type { AppInfo, Delta, Snapshot } from './shared/model.ts';

export interface ComposeOptions {
  readonly host: Host;
  readonly face: AppInfo['face'];
  readonly version: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** An additional IP literal to serve the proxy routes on; never the dashboard or the control address. */
  readonly listenIp: string | null;
  /** Base of upstream, e.g. https://chatgpt.com/backend-api/codex */
  readonly upstreamUrl: string;
  readonly issuerUrl: string;
  readonly demo: boolean;
}

/** The running program, without a face. */
export interface App {
  readonly handlers: Handlers;
  readonly apiKey: string;
  snapshot(): Snapshot;
  /** Calls back on every change after the snapshot; returns its undo. */
  onDelta(listener: (delta: Delta) => void): () => void;
  /** Adds routes of the face to the loopback port; before `listen`. */
  mount(routes: OwnRoutes): void;
  /** Starts the proxy. Throws `port_taken`. */
  listen(): Promise<{ readonly port: number; readonly baseUrl: string }>;
  /** Takes no new turns, lets running ones end for up to 10 s, closes clients with 1001 and flushes. */
  stop(): Promise<void>;
}

export declare function compose(options: ComposeOptions): Promise<App>;
