import type { Profile } from './profile.ts';
import { profile0169 } from './v0-169.ts';

const { ws, http } = profile0169.captured;

/**
 * codex 0.171.0; captures/v171-ws.json, v171-ws-fast.json, v171-http.json, v171-http-fast.json. Its websocket is that of
 * 0.169; over HTTP it says which encodings it takes.
 */
export const profile0171: Profile = {
  ...profile0169,
  id: '0.171',
  version: '0.171.0',
  acceptEncoding: 'zstd,gzip',
  captured: { ws, http: http && { ...http, headers: [...http.headers, 'accept-encoding'] } },
};
