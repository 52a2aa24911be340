/** Electron IPC channels: one for calls, one for pushed deltas. */
export const ipcChannels = { invoke: 'slipstream:invoke', delta: 'slipstream:delta' } as const;

/** Paths on the loopback port that belong to Slipstream itself, not to the proxy. */
export const ownPaths = { bridge: '/_slipstream/bridge', health: '/healthz', metrics: '/metrics' } as const;

/** Close codes of the bridge websocket: the credential was refused; the server stops. */
export const bridgeCloseCodes = { refused: 4401, stopping: 1001 } as const;
